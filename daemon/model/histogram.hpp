// Histogram: counts of observations by upper bounds that are fixed at compile time, as Prometheus has them.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "daemon/base/time.hpp"

namespace lgtmwatch {

// Bounds: a std::array of seconds, ascending.
template <const auto& Bounds>
struct Histogram {
  static constexpr const auto& bounds = Bounds;

  void observe(Duration duration) {
    const auto seconds = to_seconds(duration);
    ++count;
    sum += seconds;
    const auto bucket = std::lower_bound(Bounds.begin(), Bounds.end(), seconds);
    if (bucket != Bounds.end()) ++counts[static_cast<std::size_t>(bucket - Bounds.begin())];
  }

  std::array<std::uint64_t, Bounds.size()> counts{};  // not cumulative
  std::uint64_t count = 0;
  double sum = 0;
};

}  // namespace lgtmwatch
