// One connection of the HTTP server, from the handshake of TLS, where it is spoken, to its end.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "daemon/net/http_server.hpp"

namespace lgtmwatch {

// The handler must outlive it.
boost::asio::awaitable<void> converse(boost::asio::ip::tcp::socket socket, std::shared_ptr<ServerTls> tls,
                                      ServerOptions options, const ServerHandler& handler);

}  // namespace lgtmwatch
