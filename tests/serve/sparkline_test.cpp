#include "daemon/serve/sparkline.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace lgtmwatch;
using namespace std::chrono_literals;
using Catch::Contains;

TEST_CASE("A line goes from the oldest at the left to the newest at the right, the greatest at the top") {
  CHECK_THAT(sparkline({2s, 1s, 0s}), Contains("<polyline points=\"109.0,21.0 113.0,12.0 117.0,3.0\"") &&
                                          Contains("<circle cx=\"117.0\" cy=\"3.0\""));
}

TEST_CASE("What a line shows is told in words") {
  CHECK_THAT(sparkline({2s, 500ms, 1s}),
             Contains("role=\"img\"") && Contains("<title>the last 3: 0.500 s to 2.000 s</title>") &&
                 Contains("<desc>seconds from the oldest to the newest: 1.000 0.500 2.000</desc>"));
}

TEST_CASE("Thirty latencies fit into the picture") {
  CHECK_THAT(sparkline(std::vector<Duration>(30, 1s)), Contains("points=\"1.0,3.0 ") && Contains(" 117.0,3.0\""));
}

TEST_CASE("One latency is a dot, one of nothing lies at the bottom, and none is no picture") {
  CHECK_THAT(sparkline({1s}), Contains("points=\"117.0,3.0\""));
  CHECK_THAT(sparkline({0s}), Contains("points=\"117.0,21.0\""));
  CHECK(sparkline({}).empty());
}

}  // namespace
