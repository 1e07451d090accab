// EndSignals: SIGTERM and SIGINT, which end the daemon. They are heard from the construction on: one that comes earlier
// would be lost where lgtmwatch is the first process of a container.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

namespace lgtmwatch {

class EndSignals {
 public:
  explicit EndSignals(const boost::asio::any_io_executor& executor);
  // Until one of them has come, or somebody cancels the timer, which must never expire.
  boost::asio::awaitable<void> wait(boost::asio::steady_timer& stop);

 private:
  boost::asio::signal_set signals_;
};

}  // namespace lgtmwatch
