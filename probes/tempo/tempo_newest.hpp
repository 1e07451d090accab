// tempo_newest: when did the newest trace of a source begin?
//
// Asks GET /api/search with most_recent=true, without which limit=1 is any match. Search is half a minute behind
// in Tempo 3 (live traces are cut after 5 s idle, and the end is clamped to 30 s ago), so max_age below 60 s is
// refused by the configuration. start and end are always sent together, and at least ten minutes apart: a window
// inside the last 30 s would silently become the last 15 minutes.
#pragma once

#include <optional>

#include "probes/probe.hpp"

namespace lgtmwatch {

// The greatest traces[].startTimeUnixNano; nothing where there are no traces.
Result<std::optional<WallTime>> parse_tempo_newest(std::string_view body);

Probes make_tempo_newest(const StackPlan& stack);

}  // namespace lgtmwatch
