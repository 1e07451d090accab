// Windows of maintenance, and what they do to canaries.
#include "daemon/model/maintenance.hpp"

#include <catch2/catch.hpp>

#include "diagnosis/verdict.hpp"
#include "tests/canary/bench.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

constexpr WallTime noon{1795348800s};  // 2026-11-22T12:00:00Z

MaintenanceWindow pause_of(std::vector<Signal> signals, WallTime start, WallTime end) {
  return {std::move(signals), start, end, true};
}

TEST_CASE("A window holds from its start on and at its end no more") {
  const Maintenance windows{pause_of({Signal::logs}, noon, noon + 1h)};
  CHECK(active_at(windows, noon - 1ns).empty());
  CHECK(active_at(windows, noon) == windows);
  CHECK(active_at(windows, noon + 1h - 1ns) == windows);
  CHECK(active_at(windows, noon + 1h).empty());
}

TEST_CASE("Canaries are paused where a window that holds names their signal and says so") {
  auto window = pause_of({Signal::logs, Signal::traces}, noon, noon + 1h);
  const auto paused_until = [&](Signal signal, WallTime now) { return canaries_paused_until({window}, signal, now); };
  CHECK(paused_until(Signal::logs, noon) == noon + 1h);
  CHECK(paused_until(Signal::traces, noon + 1h - 1s) == noon + 1h);
  CHECK_FALSE(paused_until(Signal::metrics, noon));
  CHECK_FALSE(paused_until(Signal::logs, noon - 1s));
  CHECK_FALSE(paused_until(Signal::logs, noon + 1h));
  window.pauses_canaries = false;
  CHECK_FALSE(paused_until(Signal::logs, noon));
}

TEST_CASE("Of several windows the one that ends last counts, and one that writes takes no pause away") {
  auto writes = pause_of({Signal::logs}, noon, noon + 3h);
  writes.pauses_canaries = false;
  const Maintenance windows{pause_of({Signal::logs}, noon, noon + 2h), writes,
                            pause_of({Signal::logs}, noon - 1h, noon + 1h)};
  CHECK(canaries_paused_until(windows, Signal::logs, noon) == noon + 2h);
  CHECK(active_at(windows, noon) == windows);
}

// A bench whose logs are in maintenance for an hour, from ten minutes after its start on.
struct MaintainedBench : Bench {
  MaintainedBench() {
    plan.maintenance = {pause_of({Signal::logs}, clock.wall() + 10min, clock.wall() + 70min)};
    apply(plan);
  }
  void minutes(int count) {
    for (int minute = 0; minute < count; ++minute) {
      begin();
      wait(60s);
    }
  }
  std::vector<std::uint64_t> written() const {
    std::vector<std::uint64_t> written;
    for (const auto& route : facts()) written.push_back(route.tally.written);
    return written;
  }
  StackVerdict verdict() const {
    StackFacts known;
    known.plan = std::make_shared<StackPlan>(plan);
    known.canaries = facts();
    return judge_stack(known, clock.wall());
  }

  StackPlan plan = simulated_plan("shop");
};

using Written = std::vector<std::uint64_t>;

TEST_CASE("While a window pauses them no canaries of its signals are written, and then they are again") {
  MaintainedBench bench;
  bench.minutes(10);
  CHECK(bench.written() == Written{10, 10, 10});
  bench.minutes(60);
  CHECK(bench.written() == Written{70, 10, 70});
  bench.minutes(5);
  CHECK(bench.written() == Written{75, 15, 75});
  CHECK(bench.outcomes() == Outcomes{"visible 75", "visible 15", "visible 75"});
}

TEST_CASE("A window that does not pause them changes nothing for canaries") {
  MaintainedBench bench;
  bench.plan.maintenance.front().pauses_canaries = false;
  bench.apply(bench.plan);
  bench.minutes(20);
  CHECK(bench.written() == Written{20, 20, 20});
}

TEST_CASE("A canary that was in flight when the pause began is followed to its end") {
  MaintainedBench bench;
  bench.stack.drops_writes = true;
  bench.wait(10min - 1s);
  bench.begin();
  bench.wait(5min);
  CHECK(bench.outcomes() == all_three("in flight 1"));
  CHECK(bench.facts().at(1).overdue(bench.clock.wall()) == 1);
  bench.wait(6min);
  CHECK(bench.outcomes() == all_three("lost 1"));
}

TEST_CASE("A route that is paused keeps its state and its last canary, and nobody is alarmed for want of new ones") {
  MaintainedBench bench;
  bench.minutes(10);
  bench.minutes(59);
  const auto verdict = bench.verdict();
  CHECK(verdict.findings.empty());
  for (const auto& route : verdict.canaries) {
    CHECK(route.state == State::healthy);
    CHECK(route.overdue == 0);
    CHECK(route.last->outcome == CanaryOutcome::visible);
  }
  CHECK(bench.clock.wall() - verdict.canaries.at(1).last->written == 1h);
}

TEST_CASE("Forms that fell due in a pause come when it is over, never two without a plain one between") {
  MaintainedBench bench;
  auto& logs = bench.plan.canaries.at(1);
  logs.forms = {{CanaryForm::fresh_label, 10min}, {CanaryForm::large, 10min}, {CanaryForm::unordered, 10min}};
  bench.apply(bench.plan);
  bench.minutes(70);
  const auto forms_settled = [&] {
    std::size_t count = 0;
    const auto logs_now = bench.facts().at(1);
    for (const auto& form : logs_now.other_forms) count += form.recent.size();
    return count;
  };
  CHECK(forms_settled() == 3);
  std::vector<std::size_t> after;
  for (int minute = 0; minute < 6; ++minute) {
    bench.minutes(1);
    after.push_back(forms_settled());
  }
  CHECK(after == std::vector<std::size_t>{4, 4, 5, 5, 6, 6});
}

TEST_CASE("A window that is taken out of the configuration ends at once") {
  MaintainedBench bench;
  bench.minutes(20);
  CHECK(bench.written() == Written{20, 10, 20});
  bench.plan.maintenance.clear();
  bench.apply(bench.plan);
  bench.minutes(1);
  CHECK(bench.written() == Written{21, 11, 21});
}

TEST_CASE("A window that is announced meanwhile pauses at once, and one that is taken back no more") {
  MaintainedBench bench;
  bench.plan.maintenance.clear();
  bench.apply(bench.plan);
  bench.keeper.set_maintenance("shop", {pause_of({Signal::logs}, bench.clock.wall(), bench.clock.wall() + 1h)});
  bench.keeper.set_maintenance("other", {pause_of({Signal::traces}, bench.clock.wall(), bench.clock.wall() + 1h)});
  bench.minutes(5);
  CHECK(bench.written() == Written{5, 0, 5});
  bench.keeper.set_maintenance("shop", {});
  bench.minutes(5);
  CHECK(bench.written() == Written{10, 5, 10});
}

}  // namespace
