// A canary that was seen and is remembered, to be read again when it is old.
#pragma once

#include <cstdint>
#include <string>

#include "daemon/base/time.hpp"

namespace lgtmwatch {

struct OldCanary {
  std::string run;
  std::uint64_t sequence = 0;
  WallTime written{};
  std::string read_from;  // the backend, as it was asked
  Duration judged_at{};   // the age of the oldest look that has a result
  bool operator==(const OldCanary&) const = default;
};

}  // namespace lgtmwatch
