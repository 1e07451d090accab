// What a canary's machine knows beside the canary's identity: with it a machine can be made anew.
#pragma once

#include <optional>

#include "daemon/base/time.hpp"

namespace lgtmwatch {

struct CanaryState {
  bool acknowledged = false;
  bool missed_deadline = false;           // a read that worked had not found it at its deadline
  bool read_failed = false;               // reads failed or were missed before it was seen: when it came is not known
  std::optional<Duration> seen_at_age{};  // by the first read that found it
  bool operator==(const CanaryState&) const = default;
};

}  // namespace lgtmwatch
