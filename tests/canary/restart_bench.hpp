// A keeper of canaries in a process that can be killed and started again, with a ledger in a file, in simulated time.
#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "daemon/canary_keeper.hpp"
#include "daemon/ledger/sqlite_ledger.hpp"
#include "tests/canary/process_network.hpp"
#include "tests/canary/simulated_stack.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

namespace lgtmwatch::test {

using Outcomes = std::vector<std::string>;
inline Outcomes all_three(const std::string& text) { return {text, text, text}; }

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

struct RestartBench {
  RestartBench() { start(plan); }
  ~RestartBench() { end(); }

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
    wait(Duration::zero());
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

}  // namespace lgtmwatch::test
