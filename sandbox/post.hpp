// One HTTP/1.1 POST over a fresh connection: all that the played application needs to send its telemetry.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "daemon/base/time.hpp"

namespace lgtmwatch::sandbox {

// The status of the answer; 0 where there was none within the time.
boost::asio::awaitable<int> post_json(std::string address, std::string path, std::string body, Duration timeout);

}  // namespace lgtmwatch::sandbox
