#include <catch2/catch.hpp>

#include "tests/canary/restart_bench.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

TEST_CASE("What was written before a restart is read again when it is old, once at each age") {
  RestartBench bench;
  for (auto& route : bench.plan.canaries) {
    const auto read = route.signal == Signal::traces ? CanaryRead::id : CanaryRead::query;
    route.rereads = {{"1h", read, 1h, 2h, 60s, 1h}, {"3h", read, 3h, 4h, 60s, 1h}};
  }
  bench.restart();
  bench.begin();
  bench.wait(30min);
  bench.restart();
  bench.wait(31min);
  bench.begin();
  bench.wait(10s);
  bench.restart();
  bench.begin();
  bench.wait(10s);
  for (const auto& route : bench.facts()) {
    CAPTURE(to_string(route.plan->signal));
    CHECK(route.tally.looks.at("1h")[CanaryLookResult::found] == 1);
    CHECK(route.tally.looks.size() == 1);
  }
}

}  // namespace
