// What looks at canaries that were seen before have shown.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/result.hpp"
#include "daemon/base/time.hpp"

namespace lgtmwatch {

enum class CanaryLookResult {
  found,
  missing,  // a read that worked did not find it
  corrupt,
  unknown,  // it could not be asked for
};

inline constexpr std::array all_canary_look_results{CanaryLookResult::found, CanaryLookResult::missing,
                                                    CanaryLookResult::corrupt, CanaryLookResult::unknown};

std::string_view to_string(CanaryLookResult result);

struct CanaryLookCounts {
  std::uint64_t& operator[](CanaryLookResult result) { return counts[static_cast<std::size_t>(result)]; }
  std::uint64_t operator[](CanaryLookResult result) const { return counts[static_cast<std::size_t>(result)]; }

  std::array<std::uint64_t, all_canary_look_results.size()> counts{};
};

// The last looks of one name on a route.
struct CanaryLook {
  std::string name;                      // as in CanaryLookPlan
  std::vector<CanaryLookResult> recent;  // of the last two, the newest first
  WallTime written{};                    // when the canary was written that was looked at last
  std::optional<Duration> visible_after;
  std::optional<Error> failure;  // of the last question, where it got no usable answer
  std::string evidence;          // the last question
};

}  // namespace lgtmwatch
