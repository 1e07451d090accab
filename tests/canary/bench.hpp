// A keeper of canaries on the sandbox's handlers, in simulated time.
#pragma once

#include <boost/asio/io_context.hpp>
#include <string>
#include <vector>

#include "daemon/canary_keeper.hpp"
#include "tests/canary/simulated_stack.hpp"
#include "tests/support/run.hpp"

namespace lgtmwatch::test {

struct Bench {
  Bench() { apply(simulated_plan("shop")); }
  ~Bench() {
    keeper.cancel();
    settle(io);
  }

  void apply(const StackPlan& stack) {
    Plan plan;
    plan.stacks.push_back(stack);
    keeper.apply(plan);
  }
  // One canary on every route.
  void begin() {
    for (std::size_t i = 0; i < keeper.schedule().ids.size(); ++i) keeper.begin(i);
    clock.advance(io, Duration::zero());
  }
  void wait(Duration time) { clock.advance(io, time); }
  std::vector<CanaryRouteFacts> facts() const { return keeper.facts("shop"); }
  // "visible 1" of each route; what is still in flight counts as "in flight".
  std::vector<std::string> outcomes() const {
    std::vector<std::string> texts;
    for (const auto& route : facts()) {
      std::string text;
      for (const auto outcome : all_canary_outcomes)
        if (const auto count = route.tally[outcome]; count > 0)
          text += std::string(to_string(outcome)) + " " + std::to_string(count);
      if (route.tally.in_flight() > 0) text += "in flight " + std::to_string(route.tally.in_flight());
      texts.push_back(text);
    }
    return texts;
  }

  ManualClock clock;
  boost::asio::io_context io{1};
  SimulatedStack stack{clock};
  NoLedger ledger;
  int runs = 0;
  CanaryKeeper keeper{io.get_executor(), CanaryOutside{Clients{stack, stack}, clock}, ledger,
                      [this] { return "0000000" + std::to_string(++runs); }, rethrow};
};

using Outcomes = std::vector<std::string>;
inline Outcomes all_three(const std::string& text) { return {text, text, text}; }

}  // namespace lgtmwatch::test
