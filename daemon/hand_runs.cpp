#include "daemon/hand_runs.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr std::size_t most_at_once = 16;

}  // namespace

struct HandRuns::Order {
  explicit Order(const asio::any_io_executor& executor) : ended(executor, asio::steady_timer::time_point::max()) {}

  asio::steady_timer ended;  // cancelled, and so awoken, at the end
  bool is_over = false;
  RunNow outcome = RunNow::cancelled;
};

HandRuns::HandRuns(asio::any_io_executor executor, std::function<Watch&()> watch, std::function<void()> publish,
                   TaskGroup::OnFailure on_failure)
    : executor_(executor),
      watch_(std::move(watch)),
      publish_(std::move(publish)),
      tasks_(executor, std::move(on_failure)) {}

asio::awaitable<RunNow> HandRuns::run(std::string id) {
  if (is_stopped_) co_return RunNow::cancelled;
  const auto probe = watch_().find(id);
  if (!probe) co_return RunNow::unknown;
  if (watch_().is_running(*probe)) co_return RunNow::running;
  if (tasks_.size() >= most_at_once) co_return RunNow::too_many;
  const auto order = std::make_shared<Order>(executor_);
  tasks_.spawn(run_one(order, *probe));
  if (!order->is_over) {
    auto [code] = co_await order->ended.async_wait(asio::as_tuple(asio::use_awaitable));
    (void)code;
  }
  co_return order->outcome;
}

asio::awaitable<void> HandRuns::run_one(std::shared_ptr<Order> order, std::size_t probe) {
  struct Ending {
    ~Ending() {
      order.is_over = true;
      order.ended.cancel();
    }
    Order& order;
  };
  const Ending ending{*order};
  order->outcome = RunNow::running;
  if (watch_().is_running(probe)) co_return;
  order->outcome = RunNow::cancelled;
  co_await watch_().run(probe);
  publish_();
  order->outcome = RunNow::done;
}

asio::awaitable<void> HandRuns::stop() {
  is_stopped_ = true;
  tasks_.cancel();
  return tasks_.join();
}

}  // namespace lgtmwatch
