#include "daemon/base/task_group.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <list>

namespace lgtmwatch {

namespace asio = boost::asio;

struct TaskGroup::State {
  State(asio::any_io_executor executor_, OnFailure on_failure_)
      : executor(executor_),
        on_failure(std::move(on_failure_)),
        drained(executor_, asio::steady_timer::time_point::max()) {}

  asio::any_io_executor executor;
  OnFailure on_failure;
  std::list<asio::cancellation_signal> running;
  asio::steady_timer drained;  // cancelled, and so awoken, when the last task has ended
};

namespace {

bool is_cancellation(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    return error.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

}  // namespace

TaskGroup::TaskGroup(asio::any_io_executor executor, OnFailure on_failure)
    : state_(std::make_shared<State>(std::move(executor), std::move(on_failure))) {}

TaskGroup::~TaskGroup() { cancel(); }

void TaskGroup::spawn(asio::awaitable<void> task) {
  const auto entry = state_->running.emplace(state_->running.end());
  auto ended = [state = state_, entry](std::exception_ptr failure) {
    state->running.erase(entry);
    if (failure && !is_cancellation(failure) && state->on_failure) state->on_failure(failure);
    if (state->running.empty()) state->drained.cancel();
  };
  asio::co_spawn(state_->executor, std::move(task), asio::bind_cancellation_slot(entry->slot(), std::move(ended)));
}

// On the executor: emitted from elsewhere, the signal would be passed on later, when the task may have ended.
void TaskGroup::cancel() {
  if (state_->running.empty()) return;
  asio::dispatch(state_->executor, [state = state_] {
    auto next = state->running.begin();
    while (next != state->running.end()) {
      auto current = next++;  // emitting may end the task at once and erase it
      current->emit(asio::cancellation_type::terminal);
    }
  });
}

asio::awaitable<void> TaskGroup::join() {
  auto state = state_;
  co_await asio::this_coro::throw_if_cancelled(false);
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  while (!state->running.empty()) {
    auto [code] = co_await state->drained.async_wait(asio::as_tuple(asio::use_awaitable));
    (void)code;
  }
}

std::size_t TaskGroup::size() const { return state_->running.size(); }

}  // namespace lgtmwatch
