#include "daemon/base/task_group.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <catch2/catch.hpp>
#include <stdexcept>

#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;

// What tasks refer to is declared before the io_context, and outlives it.
struct Bench {
  ManualClock clock;
  std::vector<std::string> failures;
  int alive = 0;
  int done = 0;
  asio::io_context io{1};

  TaskGroup group() {
    return TaskGroup(io.get_executor(), [this](std::exception_ptr failure) {
      try {
        std::rethrow_exception(failure);
      } catch (const std::exception& error) {
        failures.push_back(error.what());
      }
    });
  }
};

struct Alive {
  explicit Alive(int& count_) : count(count_) { ++count; }
  ~Alive() { --count; }
  Alive(const Alive&) = delete;
  int& count;
};

asio::awaitable<void> wait_until(Bench& bench, Tick tick) {
  const Alive alive(bench.alive);
  co_await bench.clock.sleep_until(tick);
  ++bench.done;
}

asio::awaitable<void> fail_at(Bench& bench, Tick tick) {
  co_await bench.clock.sleep_until(tick);
  throw std::runtime_error("a bug");
}

asio::awaitable<void> end_at_once(Bench& bench) {
  ++bench.done;
  co_return;
}

asio::awaitable<void> join_and_note(TaskGroup& group, bool& joined) {
  co_await group.join();
  joined = true;
}

TEST_CASE("Join waits for the last task") {
  Bench bench;
  auto group = bench.group();
  bool joined = false;
  group.spawn(wait_until(bench, Tick(1s)));
  group.spawn(wait_until(bench, Tick(3s)));
  asio::co_spawn(bench.io, join_and_note(group, joined), rethrow);
  bench.clock.advance(bench.io, 2s);
  CHECK(group.size() == 1);
  CHECK_FALSE(joined);
  bench.clock.advance(bench.io, 2s);
  CHECK(group.size() == 0);
  CHECK(joined);
  CHECK(bench.done == 2);
}

TEST_CASE("Join of a group without tasks returns at once") {
  Bench bench;
  auto group = bench.group();
  run_to_end(bench.io, group.join());
  CHECK(group.size() == 0);
}

TEST_CASE("Cancel ends every task, and that is no failure") {
  Bench bench;
  auto group = bench.group();
  for (int i = 0; i < 5; ++i) group.spawn(wait_until(bench, Tick(1h)));
  settle(bench.io);
  REQUIRE(bench.alive == 5);
  group.cancel();
  run_to_end(bench.io, group.join());
  CHECK(group.size() == 0);
  CHECK(bench.alive == 0);
  CHECK(bench.done == 0);
  CHECK(bench.failures.empty());
  CHECK(bench.clock.sleepers() == 0);
}

TEST_CASE("A task that was cancelled before it began does not wait") {
  Bench bench;
  auto group = bench.group();
  group.spawn(wait_until(bench, Tick(1h)));
  group.cancel();
  run_to_end(bench.io, group.join());
  CHECK(bench.done == 0);
  CHECK(bench.alive == 0);
}

TEST_CASE("A task that ends while it is cancelled from outside of the event loop is no longer touched") {
  Bench bench;
  auto group = bench.group();
  asio::steady_timer ended(bench.io, Tick::max());
  auto wait = [&]() -> asio::awaitable<void> { co_await ended.async_wait(asio::use_awaitable); };
  group.spawn(wait());
  settle(bench.io);
  ended.cancel();
  group.cancel();
  settle(bench.io);
  CHECK(group.size() == 0);
  CHECK(bench.failures.empty());
}

TEST_CASE("Tasks that end at once, or spawn others, are counted and joined") {
  Bench bench;
  auto group = bench.group();
  auto spawning = [&]() -> asio::awaitable<void> {
    group.spawn(end_at_once(bench));
    group.spawn(wait_until(bench, Tick(1s)));
    co_return;
  };
  group.spawn(spawning());
  group.spawn(end_at_once(bench));
  CHECK(group.size() == 2);
  bench.clock.advance(bench.io, 1s);
  CHECK(group.size() == 0);
  CHECK(bench.done == 3);
}

TEST_CASE("An exception of a task reaches on_failure and ends no other task") {
  Bench bench;
  auto group = bench.group();
  group.spawn(fail_at(bench, Tick(1s)));
  group.spawn(wait_until(bench, Tick(2s)));
  bench.clock.advance(bench.io, 1s);
  CHECK(bench.failures == std::vector<std::string>{"a bug"});
  CHECK(group.size() == 1);
  bench.clock.advance(bench.io, 1s);
  CHECK(bench.done == 1);
}

TEST_CASE("A group without on_failure drops exceptions and still ends") {
  Bench bench;
  TaskGroup group(bench.io.get_executor(), nullptr);
  group.spawn(fail_at(bench, Tick(1s)));
  bench.clock.advance(bench.io, 1s);
  CHECK(group.size() == 0);
}

TEST_CASE("Nothing outlives a group that is destroyed") {
  Bench bench;
  {
    auto group = bench.group();
    group.spawn(wait_until(bench, Tick(1h)));
    settle(bench.io);
    REQUIRE(bench.alive == 1);
  }
  settle(bench.io);
  CHECK(bench.alive == 0);
  CHECK(bench.io.stopped());
}

TEST_CASE("Tasks are destroyed with their io_context") {
  Bench bench;
  {
    asio::io_context io(1);
    TaskGroup group(io.get_executor(), rethrow);
    group.spawn(wait_until(bench, Tick(1h)));
    settle(io);
    REQUIRE(bench.alive == 1);
  }
  CHECK(bench.alive == 0);
  CHECK(bench.clock.sleepers() == 0);
}

TEST_CASE("Join waits also while its caller is cancelled") {
  Bench bench;
  auto group = bench.group();
  auto outer = bench.group();
  bool joined = false;
  group.spawn(wait_until(bench, Tick(2s)));
  outer.spawn(join_and_note(group, joined));
  settle(bench.io);
  outer.cancel();
  bench.clock.advance(bench.io, 1s);
  CHECK_FALSE(joined);
  bench.clock.advance(bench.io, 1s);
  CHECK(joined);
  CHECK(bench.done == 1);
}

TEST_CASE("Two may join the same group") {
  Bench bench;
  auto group = bench.group();
  bool first = false;
  bool second = false;
  group.spawn(wait_until(bench, Tick(1s)));
  asio::co_spawn(bench.io, join_and_note(group, first), rethrow);
  asio::co_spawn(bench.io, join_and_note(group, second), rethrow);
  bench.clock.advance(bench.io, 1s);
  CHECK(first);
  CHECK(second);
}

TEST_CASE("Sleepers of a manual clock wake in order, each at its own tick") {
  Bench bench;
  std::vector<std::int64_t> woken;
  auto group = bench.group();
  auto sleeper = [&](Duration at) -> asio::awaitable<void> {
    co_await bench.clock.sleep_until(Tick(at));
    woken.push_back((bench.clock.now() - Tick()) / 1s);
  };
  for (const auto at : {3s, 1s, 2s, 9s, 0s}) group.spawn(sleeper(at));
  bench.clock.advance(bench.io, 5s);
  CHECK(woken == std::vector<std::int64_t>{0, 1, 2, 3});
  CHECK(bench.clock.sleepers() == 1);
  CHECK(bench.clock.now() == Tick(5s));
}

}  // namespace
