#include "daemon/base/clock.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace lgtmwatch {

Tick SystemClock::now() const { return std::chrono::steady_clock::now(); }

WallTime SystemClock::wall() const { return std::chrono::system_clock::now(); }

boost::asio::awaitable<void> SystemClock::sleep_until(Tick tick) const {
  auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer timer(executor, tick);
  co_await timer.async_wait(boost::asio::use_awaitable);
}

}  // namespace lgtmwatch
