// What is remembered of a panel from run to run. Pure.
#pragma once

#include "daemon/model/facts.hpp"

namespace lgtmwatch {

// Only a run that finds data which is new, and younger than ten minutes, shows that the panel is steady: a single error
// can be seen for as long as the dashboard's range, and is gone then. One that could not be asked changes nothing.
PanelPast advance(PanelPast past, const PanelAnswer& panel, WallTime at);

// It is empty while what it reads is at rest: in a backend that it asks, no record of those that are expected there is
// of the last minute. Then its emptiness says nothing of its query.
bool is_at_rest(const StackFacts& stack, const PanelAnswer& panel, WallTime at);

}  // namespace lgtmwatch
