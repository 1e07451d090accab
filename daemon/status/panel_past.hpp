// What is remembered of a panel from run to run. Pure.
#pragma once

#include "daemon/model/facts.hpp"

namespace lgtmwatch {

// Only a run that finds data which is new, and younger than ten minutes, shows that the panel is steady: a single error
// can be seen for as long as the dashboard's range, and is gone then. One that could not be asked changes nothing.
PanelPast advance(PanelPast past, const PanelAnswer& panel, WallTime at);

}  // namespace lgtmwatch
