#include "daemon/judge_each.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>

#include "tests/status/support.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

TEST_CASE("Other work goes on between two stacks, and has four times as long as the judging took") {
  boost::asio::io_context io;
  ManualClock clock;
  std::vector<std::string> order;
  StatusStore store(
      [&](const StackFacts& facts, WallTime) {
        order.push_back(facts.plan->name);
        boost::asio::post(io, [&] { order.emplace_back("other work"); });
        clock.advance(10ms, [] {});
        return StackVerdict();
      },
      2);
  store.add_stack(plan_named("a"));
  store.add_stack(plan_named("b"));
  const auto others_turn = run_to_end(io, judge_each([&]() -> StatusStore& { return store; }, clock));
  CHECK(order == std::vector<std::string>{"a", "other work", "b", "other work"});
  CHECK(others_turn == 80ms);
}

TEST_CASE("A store that is exchanged for a smaller one is judged as far as it goes") {
  boost::asio::io_context io;
  const ManualClock clock;
  FakeJudge judge;
  auto large = judge.store(), small = judge.store();
  for (const auto* name : {"a", "b", "c"}) large.add_stack(plan_named(name));
  small.add_stack(plan_named("d"));
  run_to_end(io, judge_each([&]() -> StatusStore& { return judge.judged.empty() ? large : small; }, clock));
  CHECK(judge.judged == std::vector<std::string>{"a"});
}

}  // namespace
