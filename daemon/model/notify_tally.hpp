// What the notifier counts of its destinations, for /metrics.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "daemon/base/time.hpp"

namespace lgtmwatch {

struct NotifyTally {
  struct Counts {
    std::uint64_t sent = 0;    // requests, those that failed among them
    std::uint64_t failed = 0;  // that were not answered with 2xx
  };

  std::map<std::string, Counts> destinations;
  std::optional<WallTime> heartbeat_success;
};

}  // namespace lgtmwatch
