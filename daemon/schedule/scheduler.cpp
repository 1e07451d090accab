#include "daemon/schedule/scheduler.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "daemon/base/task_group.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

class Runs {
 public:
  Runs(asio::any_io_executor executor, std::size_t probes, const ScheduleEvents& events)
      : events_(events), running_(probes, false), ended_(executor), tasks_(executor, events.failed) {}

  bool is_running(std::size_t probe) const { return running_[probe]; }
  std::size_t count() const { return tasks_.size(); }
  void start(std::size_t probe) {
    running_[probe] = true;
    tasks_.spawn(run_one(probe));
  }
  asio::awaitable<void> wait_for_an_end() {
    ended_.expires_at(asio::steady_timer::time_point::max());
    auto [code] = co_await ended_.async_wait(asio::as_tuple(asio::use_awaitable));
    (void)code;
  }
  asio::awaitable<void> stop() {
    tasks_.cancel();
    return tasks_.join();
  }

 private:
  struct Ending {
    ~Ending() {
      runs.running_[probe] = false;
      runs.ended_.cancel();
    }
    Runs& runs;
    std::size_t probe;
  };

  asio::awaitable<void> run_one(std::size_t probe) {
    const Ending ending{*this, probe};
    co_await events_.run(probe);
  }

  const ScheduleEvents& events_;
  std::vector<bool> running_;
  asio::steady_timer ended_;
  TaskGroup tasks_;
};

void start_or_skip(const Slot& slot, Tick now, Runs& runs, const ScheduleEvents& events) {
  if (runs.is_running(slot.probe)) {
    events.skipped(slot.probe);
    return;
  }
  events.started(now - slot.at);
  runs.start(slot.probe);
}

asio::awaitable<void> keep_the_timetable(const Clock& clock, Timetable& timetable, Runs& runs,
                                         const ScheduleEvents& events, ScheduleLimits limits) {
  while (const auto next = timetable.earliest()) {
    const auto now = clock.now();
    if (next->at > now) {
      co_await clock.sleep_until(next->at);
    } else if (runs.count() >= limits.runs_at_once) {
      co_await runs.wait_for_an_end();
    } else {
      start_or_skip(timetable.take(now), now, runs, events);
    }
  }
}

}  // namespace

asio::awaitable<void> run_schedule(const Clock& clock, const Schedule& schedule, const ScheduleEvents& events,
                                   ScheduleLimits limits) {
  auto executor = co_await asio::this_coro::executor;
  Timetable timetable(clock.now());
  for (std::size_t i = 0; i < schedule.ids.size(); ++i) timetable.add(schedule.ids[i], schedule.intervals[i]);
  Runs runs(executor, schedule.ids.size(), events);
  std::exception_ptr ended;
  try {
    co_await keep_the_timetable(clock, timetable, runs, events, limits);
  } catch (...) {
    ended = std::current_exception();
  }
  co_await asio::this_coro::throw_if_cancelled(false);
  co_await runs.stop();
  if (ended) std::rethrow_exception(ended);
}

}  // namespace lgtmwatch
