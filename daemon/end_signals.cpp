#include "daemon/end_signals.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

namespace lgtmwatch {

namespace asio = boost::asio;

EndSignals::EndSignals(const asio::any_io_executor& executor) : signals_(executor, SIGTERM, SIGINT) {}

asio::awaitable<void> EndSignals::wait(asio::steady_timer& stop) {
  signals_.async_wait([&stop](boost::system::error_code code, int) {
    if (!code) stop.cancel();
  });
  auto [code] = co_await stop.async_wait(asio::as_tuple(asio::use_awaitable));
  (void)code;
  signals_.clear();  // a second one ends at once
}

}  // namespace lgtmwatch
