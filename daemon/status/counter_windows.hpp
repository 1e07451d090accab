// How the windows of counters go on with each reading. Pure.
#pragma once

#include <memory>

#include "daemon/model/counters.hpp"

namespace lgtmwatch {

// A counter that is new counts from zero where the reading before already knew another one of the same subject within
// the same life of the process; else from what it shows. A restart (another start of the process, or a smaller value)
// counts what the new life has counted. A counter that is gone keeps its window for a quarter of an hour; the lines of
// a file that is gone then stay in the total of its scraper.
std::shared_ptr<const CounterWindows> advance_windows(const CounterWindows* before, CounterReadings readings,
                                                      WallTime at);

}  // namespace lgtmwatch
