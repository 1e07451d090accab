// TaskGroup: owns every coroutine that it spawned. Nothing outlives its owner.
//
// cancel() asks all of them to stop (terminal, the only kind that a spawned coroutine heeds); join() waits
// until the last one has ended. An exception of a task other than "cancelled" goes to on_failure.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <exception>
#include <functional>
#include <memory>

namespace lgtmwatch {

class TaskGroup {
 public:
  using OnFailure = std::function<void(std::exception_ptr)>;

  TaskGroup(boost::asio::any_io_executor executor, OnFailure on_failure);
  ~TaskGroup();  // cancels what still runs; join() first for an orderly end
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  void spawn(boost::asio::awaitable<void> task);
  void cancel();
  // Also while the caller itself is cancelled; it cannot be cancelled any more afterwards.
  boost::asio::awaitable<void> join();
  std::size_t size() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace lgtmwatch
