// loki_newest: when was the newest log record of a source written, by the way that it is expected?
//
// Asks GET /loki/api/v1/query_range with a stream selector only, limit=1, backward: Loki runs one split at a time,
// newest first, and stops at the first record; no results cache is involved. An empty answer costs one sub-query
// for each hour of the window. The end lies ten minutes ahead, so that entries of a clock that runs ahead show.
#pragma once

#include <optional>

#include "probes/probe.hpp"

namespace lgtmwatch {

// The greatest time stamp of data.result[].values[][0] (nanoseconds as text); nothing where there is no result.
Result<std::optional<WallTime>> parse_loki_newest(std::string_view body);

Probes make_loki_newest(const StackPlan& stack);

}  // namespace lgtmwatch
