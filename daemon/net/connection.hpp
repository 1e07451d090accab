// One attempt to connect: resolve, connect (directly, or through a proxy), TLS. What comes of it is an open stream, on
// which the HTTP client (http_channel.cpp) and the gRPC client (grpc_client.cpp) speak.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <string>

#include "daemon/net/exchange_watch.hpp"
#include "daemon/net/net_error.hpp"
#include "daemon/net/resolver.hpp"
#include "daemon/net/tls.hpp"

namespace lgtmwatch {

using Socket = Watchdog::Socket;
using TlsStream = boost::asio::ssl::stream<Socket>;

inline Socket& lowest(Socket& socket) { return socket; }
inline Socket& lowest(TlsStream& stream) { return stream.next_layer(); }

// What one attempt to connect needs; remote and phases are filled as far as it came.
struct ConnectAttempt {
  ConnectAttempt(const Endpoint& endpoint_, Deadline deadline_)
      : endpoint(endpoint_), deadline(deadline_), patience(deadline_.at() - std::chrono::steady_clock::now()) {}

  const Endpoint& endpoint;
  Deadline deadline;
  Duration patience;
  TlsContext tls;      // null for plain connections
  bool http2 = false;  // says so in the TLS handshake, and takes a tunnel through a proxy also without TLS
  std::string remote;  // of the proxy where there is one
  PhaseTimes phases;
};

// The streams stay in place for the watchdog, which holds the address of the socket. It guards until the deadline of
// the attempt, and so goes on to guard the first exchange.
struct OpenStream {
  OpenStream(Watchdog armed, Peer peer_) : watchdog(std::move(armed)), peer(std::move(peer_)) {}

  std::unique_ptr<Socket> plain;  // exactly one of the two is there
  std::unique_ptr<TlsStream> secured;
  Watchdog watchdog;
  Peer peer;
};

// The attempt must live until the call returns.
boost::asio::awaitable<Result<OpenStream>> open_stream(boost::asio::any_io_executor executor, Resolver& resolver,
                                                       ConnectAttempt& attempt);

}  // namespace lgtmwatch
