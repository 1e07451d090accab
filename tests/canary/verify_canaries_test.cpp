#include "daemon/commands/verify_canaries.hpp"

#include <catch2/catch.hpp>

#include "tests/canary/bench.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

StackPlan stack_of_verify(const Bench& bench) {
  Plan plan;
  plan.stacks.push_back(simulated_plan("shop"));
  return written_by_verify(60s, bench.clock.wall(), plan, [](std::size_t) { return true; }).stacks.front();
}

// A daemon's canaries are there, and the next ones are stamped before them.
void write_after_a_younger_one(Bench& bench, const StackPlan& plan) {
  bench.begin();
  bench.wait(10s);
  bench.clock.set_wall_ahead(-1min);
  bench.apply(plan);
  bench.begin();
  bench.wait(30s);
}

TEST_CASE("A sample that comes behind a younger one of its series is refused") {
  Bench bench;
  write_after_a_younger_one(bench, simulated_plan("shop"));
  CHECK(bench.facts().front().tally[CanaryOutcome::visible] == 1);
}

TEST_CASE("What verify writes beside a daemon goes into a series of its own, so that its order does not matter") {
  Bench bench;
  write_after_a_younger_one(bench, stack_of_verify(bench));
  CHECK(bench.outcomes() == all_three("visible 2"));
}

TEST_CASE("Only samples need it, and there are at most sixteen such series") {
  const Bench bench;
  for (const auto& route : stack_of_verify(bench).canaries) {
    if (route.signal != Signal::metrics) CHECK(route.labels.empty());
    if (route.signal != Signal::metrics) continue;
    const auto writer = route.labels.at("lgtmwatch_writer");
    CHECK(writer.starts_with("verify-"));
    CHECK(writer.size() == 8);
  }
}

}  // namespace
