// What the probes for the newest record of a source share: how far back they look.
#pragma once

#include <algorithm>

#include "daemon/base/time.hpp"

namespace lgtmwatch {

// Twice max_age, so that a stale source still shows when it was last seen, but at least ten minutes and, unless
// max_age asks for more, at most an hour: Loki splits by the hour and runs one sub-query for each.
inline Duration newest_window(Duration max_age) {
  const Duration least = std::chrono::minutes(10);
  const Duration most = std::max<Duration>(std::chrono::hours(1), max_age);
  return std::clamp<Duration>(2 * max_age, least, most);
}

}  // namespace lgtmwatch
