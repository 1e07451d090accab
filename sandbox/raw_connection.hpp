// Connections of a door on which no HTTP/1.1 is spoken: gRPC, a TLS port that hears plain text, one that hangs up,
// silence.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "daemon/net/grpc_server_session.hpp"

namespace lgtmwatch::sandbox {

// Serves calls until the client leaves or breaks the rules.
boost::asio::awaitable<void> serve_grpc(boost::asio::ip::tcp::socket socket, GrpcHandler handler);

// Answers the first bytes with the alert of TLS for what is no handshake.
boost::asio::awaitable<void> expect_tls(boost::asio::ip::tcp::socket socket);

// Closes it at the first bytes.
boost::asio::awaitable<void> hang_up(boost::asio::ip::tcp::socket socket);

boost::asio::awaitable<void> keep_silent(boost::asio::ip::tcp::socket socket);

}  // namespace lgtmwatch::sandbox
