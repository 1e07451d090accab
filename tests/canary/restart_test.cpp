// A restart at every point of a canary's life, on every signal: nothing is forgotten, nothing invented.
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <filesystem>

#include "daemon/canary_keeper.hpp"
#include "daemon/ledger/sqlite_ledger.hpp"
#include "tests/canary/process_network.hpp"
#include "tests/canary/simulated_stack.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

using Outcomes = std::vector<std::string>;
Outcomes all_three(const std::string& text) { return {text, text, text}; }

// What a process holds beside its files.
struct Process {
  Process(boost::asio::io_context& io, SimulatedStack& stack, const ManualClock& clock, const std::string& file,
          const std::string& run)
      : network(stack),
        ledger(SqliteLedger::open(file, clock).value()),
        keeper(
            io.get_executor(), CanaryOutside{Clients{network, network}, clock}, *ledger, [run] { return run; },
            rethrow) {}

  ProcessNetwork network;
  std::unique_ptr<SqliteLedger> ledger;
  CanaryKeeper keeper;
};

struct Bench {
  Bench() { start(plan); }
  ~Bench() { end(); }

  std::string file() const { return folder.file("canaries-" + std::to_string(starts) + ".db"); }
  void start(const StackPlan& stack_plan) {
    process = std::make_unique<Process>(io, stack, clock, file(), "0000000" + std::to_string(starts));
    Plan whole;
    whole.stacks.push_back(stack_plan);
    process->keeper.apply(whole);
  }
  void end() {
    process->keeper.cancel();
    settle(io);
    process.reset();
  }
  // The next process finds the files as they are at this moment.
  void kill() {
    const auto before = file();
    ++starts;
    for (const std::string suffix : {"", "-wal"})
      if (std::filesystem::exists(before + suffix)) std::filesystem::copy_file(before + suffix, file() + suffix);
    process->network.is_cut = true;
    end();
  }
  void restart() {
    kill();
    start(plan);
  }
  void begin_without_a_turn() {
    for (std::size_t i = 0; i < process->keeper.schedule().ids.size(); ++i) process->keeper.begin(i);
  }
  void begin() {
    begin_without_a_turn();
    wait(0s);
  }
  void wait(Duration time) { clock.advance(io, time); }
  std::vector<CanaryRouteFacts> facts() const { return process->keeper.facts("shop"); }
  // Of each route; all of them must add up to what was written.
  Outcomes outcomes() const {
    Outcomes texts;
    for (const auto& route : facts()) {
      std::string text = std::to_string(route.tally.written) + " written";
      for (const auto outcome : all_canary_outcomes)
        if (const auto count = route.tally[outcome]; count > 0)
          text += ", " + std::to_string(count) + " " + std::string(to_string(outcome));
      if (route.tally.in_flight() > 0) text += ", " + std::to_string(route.tally.in_flight()) + " in flight";
      texts.push_back(text);
    }
    return texts;
  }

  ManualClock clock;
  boost::asio::io_context io{1};
  SimulatedStack stack{clock};
  TempDir folder;
  StackPlan plan = simulated_plan("shop");
  int starts = 0;
  std::unique_ptr<Process> process;
};

TEST_CASE("Killed before the write: nothing was written, and nothing is counted") {
  Bench bench;
  bench.begin_without_a_turn();
  bench.restart();
  CHECK(bench.stack.writes == 0);
  CHECK(bench.outcomes() == all_three("0 written"));
  bench.begin();
  bench.wait(10s);
  CHECK(bench.outcomes() == all_three("1 written, 1 visible"));
}

TEST_CASE("Killed between the write and its answer: visible where it arrived, unacknowledged where it did not") {
  Bench bench;
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
  Bench bench;
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
  Bench bench;
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
  Bench bench;
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
  Bench bench;
  for (int second = 0; second < 120; ++second) {
    if (second % 10 == 0) bench.begin();
    bench.wait(1s);
    bench.restart();
  }
  bench.wait(1min);
  CHECK(bench.outcomes() == all_three("12 written, 12 visible"));
}

TEST_CASE("A read that missed a canary at its deadline before the restart makes it late after it") {
  Bench bench;
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
  Bench bench;
  bench.begin();
  bench.kill();
  bench.wait(20min);
  bench.start(bench.plan);
  bench.wait(10s);
  CHECK(bench.outcomes() == all_three("1 written, 1 visible"));
  for (const auto& route : bench.facts()) CHECK(route.tally.visible_seconds.empty());
}

TEST_CASE("After a stop that was longer than the horizon it is unknown, as it may have been there and gone") {
  Bench bench;
  bench.stack.drops_writes = true;
  bench.begin();
  bench.kill();
  bench.wait(3h);
  bench.start(bench.plan);
  bench.wait(0s);
  CHECK(bench.outcomes() == all_three("1 written, 1 unknown"));
}

TEST_CASE("A wall clock that was set back neither hides a canary nor makes it younger") {
  Bench bench;
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
  Bench bench;
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
  Bench bench;
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
  Bench bench;
  bench.begin();
  Plan nothing;
  bench.process->keeper.apply(nothing);
  bench.wait(1min);
  CHECK(bench.process->ledger->kept().routes.empty());
  CHECK(bench.process->ledger->kept().canaries.empty());
}

}  // namespace
