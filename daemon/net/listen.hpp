// Listens on an address as people write it, or on a socket that somebody else has opened. For the HTTP server.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>

#include "daemon/base/result.hpp"

namespace lgtmwatch {

// "127.0.0.1:9797", "[::1]:0", ":9797" (all addresses, IPv6 and IPv4). The error says how to mend it.
Result<boost::asio::ip::tcp::acceptor> listen_on(boost::asio::any_io_executor executor, const std::string& address);

// A socket of TCP that already listens.
Result<boost::asio::ip::tcp::acceptor> listen_on(boost::asio::any_io_executor executor, int descriptor);

}  // namespace lgtmwatch
