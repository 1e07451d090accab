#include "daemon/schedule/scheduler.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>
#include <map>
#include <stdexcept>

#include "daemon/base/task_group.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr auto forever = 10'000h;

// A schedule whose probes take as long as the test says.
class Bench {
 public:
  explicit Bench(std::size_t probes, Duration interval = 15s, ScheduleLimits limits_ = {}) : limits(limits_) {
    for (std::size_t i = 0; i < probes; ++i) {
      schedule.ids.push_back("stack/probe/" + std::to_string(i));
      schedule.intervals.push_back(interval);
    }
    events.run = [this](std::size_t probe) { return run(probe); };
    events.started = [this](Duration lag) { lags.push_back(lag); };
    events.skipped = [this](std::size_t probe) { ++skipped[probe]; };
    events.failed = [this](std::exception_ptr) { ++failed; };
  }

  ~Bench() {
    group.cancel();
    settle(io);
  }

  void start() { group.spawn(run_schedule(clock, schedule, events, limits)); }
  void advance(Duration by) { clock.advance(io, by); }

  asio::awaitable<void> run(std::size_t probe) {
    const Counted counted(*this, probe);
    const auto duration = takes.contains(probe) ? takes.at(probe) : Duration(1ms);
    if (duration == Duration::max()) throw std::runtime_error("a bug");
    if (duration > 0s) co_await clock.sleep_until(clock.now() + duration);
    ++ended[probe];
  }

  ManualClock clock;
  Schedule schedule;
  ScheduleEvents events;
  ScheduleLimits limits;
  std::map<std::size_t, Duration> takes;  // else 1 ms; max: it throws
  std::map<std::size_t, int> started, ended, skipped, at_once, most_of_one;
  std::size_t running = 0;
  std::size_t most_at_once = 0;
  std::vector<Duration> lags;
  int failed = 0;
  asio::io_context io{1};
  TaskGroup group{io.get_executor(), rethrow};

 private:
  struct Counted {
    Counted(Bench& bench_, std::size_t probe_) : bench(bench_), probe(probe_) {
      ++bench.started[probe];
      bench.most_of_one[probe] = std::max(bench.most_of_one[probe], ++bench.at_once[probe]);
      bench.most_at_once = std::max(bench.most_at_once, ++bench.running);
    }
    ~Counted() {
      --bench.at_once[probe];
      --bench.running;
    }
    Counted(const Counted&) = delete;
    Bench& bench;
    std::size_t probe;
  };
};

TEST_CASE("Every probe runs once in each interval, at its slot") {
  Bench bench(200);
  bench.start();
  bench.advance(1h);
  for (std::size_t i = 0; i < 200; ++i) {
    CAPTURE(i);
    CHECK(bench.ended[i] == 240);
  }
  CHECK(bench.skipped.empty());
  for (const auto lag : bench.lags)
    if (lag != 0s) FAIL("a run began late by " << lag.count() << " ns");
  CHECK(bench.lags.size() == 200 * 240);
}

TEST_CASE("A probe never overlaps itself: slots that find it running are skipped and counted") {
  Bench bench(1);
  bench.takes[0] = 40s;
  bench.start();
  bench.advance(15s);
  bench.advance(3min);
  CHECK(bench.most_of_one[0] == 1);
  CHECK(bench.started[0] == 5);
  CHECK(bench.skipped[0] == 8);
}

TEST_CASE("A run that hangs delays no other probe") {
  Bench bench(50);
  bench.takes[7] = forever;
  bench.start();
  bench.advance(10min);
  for (std::size_t i = 0; i < 50; ++i) {
    CAPTURE(i);
    CHECK(bench.ended[i] == (i == 7 ? 0 : 40));
  }
  CHECK(bench.started[7] == 1);
  CHECK(bench.skipped[7] == 39);
}

TEST_CASE("Cancellation cancels the runs and waits for them") {
  Bench bench(20);
  for (std::size_t i = 0; i < 20; ++i) bench.takes[i] = forever;
  bench.start();
  bench.advance(1min);
  REQUIRE(bench.running == 20);
  bench.group.cancel();
  settle(bench.io);
  CHECK(bench.group.size() == 0);
  CHECK(bench.running == 0);
  CHECK(bench.clock.sleepers() == 0);
  CHECK(bench.failed == 0);
}

TEST_CASE("The schedule ends only when a run that is slow to end has ended") {
  Bench bench(1);
  bench.events.run = [&](std::size_t) -> asio::awaitable<void> {
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await bench.clock.sleep_until(Tick(1h));
  };
  bench.start();
  bench.advance(1min);
  bench.group.cancel();
  settle(bench.io);
  CHECK(bench.group.size() == 1);
  bench.advance(1h);
  CHECK(bench.group.size() == 0);
}

TEST_CASE("No more runs than allowed go on at once, and all get their turn") {
  Bench bench(30, 15s, ScheduleLimits{4});
  for (std::size_t i = 0; i < 30; ++i) bench.takes[i] = 1s;
  bench.start();
  bench.advance(10min);
  CHECK(bench.most_at_once == 4);
  for (std::size_t i = 0; i < 30; ++i) {
    CAPTURE(i);
    CHECK(bench.ended[i] >= 38);
  }
}

TEST_CASE("Runs that had to wait for others show in the lag") {
  Bench bench(2, 15s, ScheduleLimits{1});
  for (std::size_t i = 0; i < 2; ++i) bench.takes[i] = 20s;
  bench.start();
  bench.advance(5min);
  CHECK(bench.most_at_once == 1);
  CHECK(*std::max_element(bench.lags.begin(), bench.lags.end()) > 1s);
  CHECK(bench.ended[0] > 3);
  CHECK(bench.ended[1] > 3);
}

TEST_CASE("At the limit, runs that end without waiting make room too") {
  Bench bench(5, 15s, ScheduleLimits{1});
  for (std::size_t i = 0; i < 5; ++i) bench.takes[i] = 0s;
  bench.start();
  bench.advance(10min);
  for (std::size_t i = 0; i < 5; ++i) CHECK(bench.ended[i] == 40);
}

TEST_CASE("Cancellation ends also a schedule that waits for room") {
  Bench bench(3, 15s, ScheduleLimits{1});
  bench.takes = {{0, forever}, {1, forever}, {2, forever}};
  bench.start();
  bench.advance(1min);
  REQUIRE(bench.running == 1);
  bench.group.cancel();
  settle(bench.io);
  CHECK(bench.group.size() == 0);
  CHECK(bench.running == 0);
}

TEST_CASE("A run that throws is reported, and its probe runs again") {
  Bench bench(2);
  bench.takes[0] = Duration::max();
  bench.start();
  bench.advance(2min);
  CHECK(bench.started[0] == 8);
  CHECK(bench.failed == 8);
  CHECK(bench.ended[1] == 8);
}

TEST_CASE("After a gap, as of a host that slept, each probe runs once and not once per missed slot") {
  Bench bench(10, 15s, ScheduleLimits{1});
  bench.takes[3] = 6h;  // holds up all others, as a stopped process would
  bench.start();
  bench.advance(1min);
  bench.takes.clear();
  bench.advance(6h + 1min);
  for (std::size_t i = 0; i < 10; ++i) {
    CAPTURE(i);
    CHECK(bench.started[i] <= 10);
    CHECK(bench.started[i] >= 5);
  }
}

TEST_CASE("Probes of different intervals each keep their own") {
  Bench bench(2);
  bench.schedule.intervals[1] = 1min;
  bench.start();
  bench.advance(24h);
  CHECK(bench.ended[0] == 24 * 60 * 4);
  CHECK(bench.ended[1] >= 24 * 60);
  CHECK(bench.ended[1] <= 24 * 60 + 1);
}

}  // namespace
