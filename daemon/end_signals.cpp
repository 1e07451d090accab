#include "daemon/end_signals.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

namespace lgtmwatch {

namespace asio = boost::asio;

asio::awaitable<void> wait_for_the_end(asio::steady_timer& stop) {
  asio::signal_set signals(stop.get_executor(), SIGTERM, SIGINT);
  signals.async_wait([&stop](boost::system::error_code code, int) {
    if (!code) stop.cancel();
  });
  auto [code] = co_await stop.async_wait(asio::as_tuple(asio::use_awaitable));
  (void)code;
}

}  // namespace lgtmwatch
