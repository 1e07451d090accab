// The signals that end the daemon: SIGTERM and SIGINT.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace lgtmwatch {

// Until one of them comes, or somebody cancels the timer, which must never expire.
boost::asio::awaitable<void> wait_for_the_end(boost::asio::steady_timer& stop);

}  // namespace lgtmwatch
