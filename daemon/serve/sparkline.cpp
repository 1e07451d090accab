#include "daemon/serve/sparkline.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lgtmwatch {
namespace {

constexpr double width = 120;
constexpr double height = 24;
constexpr double margin = 3;
constexpr double step = 4;

struct Point {
  double x = 0;
  double y = 0;
};

Point point_of(std::size_t age, Duration latency, Duration greatest) {
  const double share = greatest > Duration::zero() ? to_seconds(latency) / to_seconds(greatest) : 0;
  return {width - margin - step * static_cast<double>(age), height - margin - (height - 2 * margin) * share};
}

}  // namespace

std::string sparkline(const std::vector<Duration>& newest_first) {
  if (newest_first.empty()) return {};
  const auto [least, greatest] = std::minmax_element(newest_first.begin(), newest_first.end());
  std::string points;
  std::string seconds;
  for (auto age = newest_first.size(); age-- > 0;) {
    const auto point = point_of(age, newest_first[age], *greatest);
    points += fmt::format("{:.1f},{:.1f} ", point.x, point.y);
    seconds += fmt::format("{:.3f} ", to_seconds(newest_first[age]));
  }
  points.pop_back();
  seconds.pop_back();
  const auto newest = point_of(0, newest_first.front(), *greatest);
  return fmt::format(
      "<svg class=\"sparkline\" role=\"img\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\"><title>the last {2}: "
      "{3:.3f} s to {4:.3f} s</title><desc>seconds from the oldest to the newest: {5}</desc><polyline points=\"{6}\" "
      "fill=\"none\" stroke=\"currentColor\"/><circle cx=\"{7:.1f}\" cy=\"{8:.1f}\" r=\"2\" "
      "fill=\"currentColor\"/></svg>",
      width, height, newest_first.size(), to_seconds(*least), to_seconds(*greatest), seconds, points, newest.x,
      newest.y);
}

}  // namespace lgtmwatch
