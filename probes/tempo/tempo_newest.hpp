// tempo_newest: when did the newest trace of a source end?
//
// Asks GET /api/search with most_recent=true and limit=1, which is not exact: Tempo 3.1.0-dev gave traces 32 to 151 s
// old while one came every two seconds, since each block brings its own first match. So the window answers, not the
// trace: first the last quarter of max_age (at least 60 s), then all of max_age, then what is older, for display. A
// busy source costs one search.
// Search is half a minute behind in Tempo 3 (live traces are cut after 5 s idle, and the end is clamped to 30 s ago),
// so max_age below 60 s is refused by the configuration. start and end are always sent together and at least 60 s
// apart: a window inside the last 30 s would silently become the last 15 minutes.
#pragma once

#include <optional>
#include <vector>

#include "probes/probe.hpp"

namespace lgtmwatch {

// The greatest end of traces[]: startTimeUnixNano + durationMs. Nothing where there are no traces.
Result<std::optional<WallTime>> parse_tempo_newest(std::string_view body);

// The windows to ask, narrowest first; all at least 60 s wide.
std::vector<Duration> tempo_windows(Duration max_age);

Probes make_tempo_newest(const StackPlan& stack);

}  // namespace lgtmwatch
