// What one small canary cannot see: forms that take the place of plain ones.
#include <catch2/catch.hpp>
#include <set>

#include "tests/canary/bench.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

StackPlan plan_with_forms() {
  auto plan = simulated_plan("shop");
  for (auto& route : plan.canaries) {
    if (route.signal != Signal::traces) route.forms.push_back({CanaryForm::fresh_label, 1h});
    if (route.signal != Signal::metrics) route.forms.push_back({CanaryForm::large, 2h});
    if (route.signal == Signal::logs) route.forms.push_back({CanaryForm::unordered, 1h});
  }
  return plan;
}

TEST_CASE("The forms of a route come one after the other instead of a plain canary, and each arrives") {
  Bench bench;
  bench.apply(plan_with_forms());
  for (int minute = 0; minute < 10; ++minute) {
    bench.begin();
    bench.wait(60s);
  }
  CHECK(bench.outcomes() == all_three("visible 10"));
  for (const auto& route : bench.facts()) {
    REQUIRE(route.other_forms.size() == route.plan->forms.size());
    for (const auto& form : route.other_forms) {
      CAPTURE(to_string(route.plan->signal), to_string(form.form));
      CHECK(form.recent == std::vector<CanaryOutcome>{CanaryOutcome::visible});
    }
  }
}

TEST_CASE("Two large canaries of a stack never go out within twenty seconds, whatever their routes") {
  Bench bench;
  auto plan = simulated_plan("shop");
  for (auto& route : plan.canaries) route.forms = {{CanaryForm::large, 2h}};
  bench.apply(plan);
  const auto large = [&] {
    std::set<WallTime> moments;
    std::size_t count = 0;
    for (const auto& route : bench.facts()) {
      const auto& last = route.other_forms.front().last;
      if (last) moments.insert(last->written), ++count;
    }
    return std::pair(count, moments);
  };
  for (int times = 0; times < 40; ++times) {
    bench.begin();
    bench.wait(7s);
  }
  const auto [count, moments] = large();
  CHECK(count == plan.canaries.size());
  REQUIRE(moments.size() == count);
  for (auto at = std::next(moments.begin()); at != moments.end(); ++at) CHECK(*at - *std::prev(at) >= 20s);
}

TEST_CASE("A form that went wrong is tried again after five intervals, then ever more rarely, and is over at once") {
  Bench bench;
  bench.apply(plan_with_forms());
  bench.stack.refuses_above = 1'000'000;
  const auto minutes = [&](int count) {
    for (int minute = 0; minute < count; ++minute) {
      bench.begin();
      bench.wait(60s);
    }
  };
  const auto rejected_logs = [&] { return bench.facts().at(1).tally[CanaryOutcome::rejected]; };
  minutes(5);
  CHECK(rejected_logs() == 1);
  minutes(5);
  CHECK(rejected_logs() == 2);
  minutes(9);
  CHECK(rejected_logs() == 3);
  bench.stack.refuses_above = SIZE_MAX;
  minutes(60);
  CHECK(rejected_logs() == 3);
  const auto large = bench.facts().at(1).other_forms.at(1);
  CHECK(large.form == CanaryForm::large);
  CHECK(large.recent.front() == CanaryOutcome::visible);
}

TEST_CASE("A form that goes wrong for long comes at its own pace, as plain ones do that go wrong for long") {
  Bench bench;
  auto plan = simulated_plan("shop");
  plan.canaries = {plan.canaries.front()};
  plan.canaries.front().forms = {{CanaryForm::fresh_label, 10min}};
  bench.apply(plan);
  bench.stack.refuses_with = 400;
  const auto written_within = [&](int hours) {
    const auto since = bench.clock.wall();
    std::set<WallTime> written;
    for (int minute = 0; minute < 60 * hours; ++minute) {
      bench.begin();
      bench.wait(60s);
      const auto last = bench.facts().front().other_forms.front().last;
      if (last && last->written >= since) written.insert(last->written);
    }
    return written.size();
  };
  written_within(12);
  CHECK(written_within(2) == 12);
}

}  // namespace
