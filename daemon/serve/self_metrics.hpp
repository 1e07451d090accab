// SelfMetrics: what lgtmwatch counts about itself. Written by the event loop, copied for every scrape.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "daemon/base/time.hpp"
#include "daemon/model/histogram.hpp"
#include "daemon/model/notify_tally.hpp"

namespace lgtmwatch {

inline constexpr std::array lag_bounds{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0};
using LagHistogram = Histogram<lag_bounds>;

struct SelfMetrics {
  std::uint64_t scrapes = 0;
  std::uint64_t skipped_runs = 0;
  std::uint64_t storage_errors = 0;
  LagHistogram schedule_lag;
  bool config_last_reload_successful = true;
  WallTime config_last_reload_success{};
  NotifyTally notify;
  std::map<std::string, bool> discovery;  // whether the last look at the source succeeded
  std::size_t discovered_stacks = 0;
  std::size_t shard_ordinal = 0;
  std::size_t total_shards = 1;
  WallTime clock{};  // at the scrape
};

struct ProcessMetrics {
  double cpu_seconds = 0;
  double resident_bytes = 0;
  double virtual_bytes = 0;
  double open_fds = 0;
  double max_fds = 0;
  double start_time_seconds = 0;
};

// From /proc/self; nothing where it cannot be read.
std::optional<ProcessMetrics> read_process_metrics();

}  // namespace lgtmwatch
