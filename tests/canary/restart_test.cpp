// A restart at every point of a canary's life, on every signal: nothing is forgotten, nothing invented.
#include <catch2/catch.hpp>

#include "tests/canary/restart_bench.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

TEST_CASE("Killed before the write: nothing was written, and nothing is counted") {
  RestartBench bench;
  bench.begin_without_a_turn();
  bench.restart();
  CHECK(bench.stack.writes == 0);
  CHECK(bench.outcomes() == all_three("0 written"));
  bench.begin();
  bench.wait(10s);
  CHECK(bench.outcomes() == all_three("1 written, 1 visible"));
}

TEST_CASE("Killed between the write and its answer: visible where it arrived, unacknowledged where it did not") {
  RestartBench bench;
  SECTION("it arrived") {
    bench.stack.loses_answers = true;
    bench.begin();
    bench.restart();
    CHECK(bench.outcomes() == all_three("1 written, 1 in flight"));
    bench.wait(10s);
    CHECK(bench.outcomes() == all_three("1 written, 1 visible"));
  }
  SECTION("it did not arrive") {
    bench.stack.silent = {"alloy"};
    bench.begin();
    bench.restart();
    bench.wait(11min);
    CHECK(bench.outcomes() == all_three("1 written, 1 unacknowledged"));
  }
  CHECK(bench.stack.writes == 3);
}

TEST_CASE("Killed between the acknowledgement and the first read: visible, or lost where it was kept nowhere") {
  RestartBench bench;
  SECTION("visible") {
    bench.begin();
    bench.restart();
    bench.wait(10s);
    CHECK(bench.outcomes() == all_three("1 written, 1 visible"));
    for (const auto& route : bench.facts()) CHECK(route.tally.visible_seconds.begin()->second.count == 1);
  }
  SECTION("lost") {
    bench.stack.drops_writes = true;
    bench.begin();
    bench.restart();
    bench.wait(9min);
    CHECK(bench.outcomes() == all_three("1 written, 1 in flight"));
    for (const auto& route : bench.facts()) CHECK(route.overdue(bench.clock.wall()) == 1);
    bench.wait(2min);
    CHECK(bench.outcomes() == all_three("1 written, 1 lost"));
  }
  for (const auto& route : bench.facts()) CHECK(route.tally.write_seconds.count == 1);
}

TEST_CASE("Killed between the read that saw it and the one that confirms it: visible, and its time is told once") {
  RestartBench bench;
  bench.begin();
  bench.wait(3s);
  bench.restart();
  CHECK(bench.outcomes() == all_three("1 written, 1 in flight"));
  for (const auto& route : bench.facts()) CHECK(route.overdue(bench.clock.wall() + 1h) == 0);
  bench.wait(10s);
  CHECK(bench.outcomes() == all_three("1 written, 1 visible"));
  for (const auto& route : bench.facts()) CHECK(route.tally.visible_seconds.begin()->second.count == 1);
}

TEST_CASE("Killed after it was settled: it stays settled, and the tally goes on") {
  RestartBench bench;
  SECTION("visible") {
    bench.begin();
    bench.wait(10s);
    bench.restart();
    bench.begin();
    bench.wait(10s);
    CHECK(bench.outcomes() == all_three("2 written, 2 visible"));
    for (const auto& route : bench.facts()) CHECK(route.tally.write_seconds.count == 2);
  }
  SECTION("rejected") {
    bench.stack.refuses_with = 400;
    bench.begin();
    bench.restart();
    bench.wait(2h);
    CHECK(bench.outcomes() == all_three("1 written, 1 rejected"));
    CHECK(bench.stack.reads == 0);
  }
}

TEST_CASE("Killed every second of two minutes in which canaries are written: all of them are visible") {
  RestartBench bench;
  for (int second = 0; second < 120; ++second) {
    if (second % 10 == 0) bench.begin();
    bench.wait(1s);
    bench.restart();
  }
  bench.wait(1min);
  CHECK(bench.outcomes() == all_three("12 written, 12 visible"));
}

TEST_CASE("A read that missed a canary at its deadline before the restart makes it late after it") {
  RestartBench bench;
  bench.stack.drops_writes = true;
  bench.begin();
  bench.wait(40s);
  bench.restart();
  bench.stack.drops_writes = false;
  for (const auto& route : bench.facts()) {
    wire::Canary canary;
    canary.id = {"00000000", "backend", 1};
    canary.stack = "shop";
    canary.written = route.last->written;
    CanaryOutside outside{Clients{bench.stack, bench.stack}, bench.clock};
    run_to_end(bench.io, write_canary(outside, *route.plan, canary));
  }
  bench.wait(1min);
  CHECK(bench.outcomes() == all_three("1 written, 1 late"));
}

TEST_CASE("While no process looks nothing is late, and when it came is not told") {
  RestartBench bench;
  bench.begin();
  bench.kill();
  bench.wait(20min);
  bench.start(bench.plan);
  bench.wait(10s);
  CHECK(bench.outcomes() == all_three("1 written, 1 visible"));
  for (const auto& route : bench.facts()) CHECK(route.tally.visible_seconds.empty());
}

TEST_CASE("After a stop that was longer than the horizon it is unknown, as it may have been there and gone") {
  RestartBench bench;
  bench.stack.drops_writes = true;
  bench.begin();
  bench.kill();
  bench.wait(3h);
  bench.start(bench.plan);
  bench.wait(0s);
  CHECK(bench.outcomes() == all_three("1 written, 1 unknown"));
}

TEST_CASE("A wall clock that was set back neither hides a canary nor makes it younger") {
  RestartBench bench;
  SECTION("visible") {
    bench.begin();
    bench.kill();
    bench.clock.set_wall_ahead(-2h);
    bench.start(bench.plan);
    bench.wait(10s);
    CHECK(bench.outcomes() == all_three("1 written, 1 visible"));
  }
  SECTION("lost") {
    bench.stack.drops_writes = true;
    bench.begin();
    bench.wait(5min);
    bench.kill();
    bench.clock.set_wall_ahead(-2h);
    bench.start(bench.plan);
    bench.wait(1s);
    for (const auto& route : bench.facts()) CHECK(route.overdue(bench.clock.wall()) == 1);
    bench.wait(4min);
    CHECK(bench.outcomes() == all_three("1 written, 1 in flight"));
    bench.wait(2min);
    CHECK(bench.outcomes() == all_three("1 written, 1 lost"));
  }
}

TEST_CASE("An orderly end in the middle of a write is no answer to it") {
  RestartBench bench;
  bench.stack.silent = {"alloy"};
  bench.begin();
  bench.end();
  bench.stack.silent.clear();
  bench.start(bench.plan);
  bench.wait(1min);
  CHECK(bench.outcomes() == all_three("1 written, 1 in flight"));
  bench.wait(10min);
  CHECK(bench.outcomes() == all_three("1 written, 1 unacknowledged"));
}

TEST_CASE("A canary whose backend is another after the restart is unknown, and a route that is gone is forgotten") {
  RestartBench bench;
  bench.begin();
  bench.kill();
  bench.plan.canaries.front().backend = Endpoint(*Url::parse("http://mimir-b:9009"));
  bench.plan.canaries.pop_back();
  bench.start(bench.plan);
  bench.wait(10s);
  CHECK(bench.outcomes() == Outcomes{"1 written, 1 unknown", "1 written, 1 visible"});
  bench.restart();
  CHECK(bench.process->ledger->kept().routes.size() == 2);
}

TEST_CASE("A route that leaves the configuration while its canary is in flight leaves nothing in the ledger") {
  RestartBench bench;
  bench.begin();
  Plan nothing;
  bench.process->keeper.apply(nothing);
  bench.wait(1min);
  CHECK(bench.process->ledger->kept().routes.empty());
  CHECK(bench.process->ledger->kept().canaries.empty());
}

}  // namespace
