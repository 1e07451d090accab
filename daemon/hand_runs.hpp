// HandRuns: runs of single probes for who asks over HTTP, beside the schedule. A few at once; a probe that is running
// is not run a second time beside it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>

#include "daemon/base/task_group.hpp"
#include "daemon/serve/routes.hpp"
#include "daemon/watch.hpp"

namespace lgtmwatch {

class HandRuns {
 public:
  // watch gives the one in force; it may be another one only between stop() and go_on(). published is called after
  // each run.
  HandRuns(boost::asio::any_io_executor executor, std::function<Watch&()> watch, std::function<void()> publish,
           TaskGroup::OnFailure on_failure);

  // Waits for the end of the run: no longer than the timeout of the probe.
  boost::asio::awaitable<RunNow> run(std::string id);
  // Cancels what runs and waits for it; nothing is begun any more before go_on().
  boost::asio::awaitable<void> stop();
  void go_on() { is_stopped_ = false; }

 private:
  struct Order;
  boost::asio::awaitable<void> run_one(std::shared_ptr<Order> order, std::size_t probe);

  boost::asio::any_io_executor executor_;
  std::function<Watch&()> watch_;
  std::function<void()> publish_;
  TaskGroup tasks_;
  bool is_stopped_ = false;
};

}  // namespace lgtmwatch
