// Scheduler: runs probes at their slots, each in a task of its own, so that a hung target delays nothing but
// itself. Two runs of one probe never overlap: a slot that finds the last run still going is skipped.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <vector>

#include "daemon/base/clock.hpp"
#include "daemon/schedule/timetable.hpp"

namespace lgtmwatch {

struct ScheduleEvents {
  std::function<boost::asio::awaitable<void>(std::size_t probe)> run;
  std::function<void(Duration lag)> started;       // how late after its slot a run began
  std::function<void(std::size_t probe)> skipped;  // its last run was still going
  std::function<void(std::exception_ptr)> failed;  // a run threw: a bug
};

struct ScheduleLimits {
  std::size_t runs_at_once = 4096;  // beyond it runs wait, and the lag shows
};

struct Schedule {
  std::vector<std::string> ids;
  std::vector<Duration> intervals;
};

// Runs until it is cancelled; then cancels the runs and waits for them. Everything passed must outlive it.
boost::asio::awaitable<void> run_schedule(const Clock& clock, const Schedule& schedule, const ScheduleEvents& events,
                                          ScheduleLimits limits);

}  // namespace lgtmwatch
