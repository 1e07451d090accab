// A small HTTP/1.1 server: for /metrics and the API of the daemon, and for the doors of the sandbox.
//
// Bounds: 64 KiB of headers, `body_limit` of body, `max_connections` at once, `handshake_timeout` for that of TLS,
// `idle_timeout` between two requests and for each read. Beyond them the connection gets 431, 413 or is closed.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/base/server_tls.hpp"
#include "daemon/base/time.hpp"

namespace lgtmwatch {

struct ServerRequest {
  std::string method;
  std::string target;  // path and query as sent
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  std::string_view path() const;                         // without the query
  std::string_view header(std::string_view name) const;  // case-insensitive; "" where absent
  std::string query(std::string_view name) const;        // decoded value of the parameter; "" where absent
};

// A body that is made while it is sent: an event stream.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  // The next piece, when there is one; nothing at the end.
  virtual boost::asio::awaitable<std::optional<std::string>> next() = 0;
};

struct ServerResponse {
  ServerResponse(int status_, std::string content_type_, std::string body_)
      : status(status_), content_type(std::move(content_type_)), body(std::move(body_)) {}

  int status;
  std::string content_type;  // no header where empty
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<BodyStream> stream{};  // in place of the body; the connection ends with it
  bool hang = false;                     // never answer: for the faults of the sandbox
};

// May be a coroutine that takes its time; called for one request at a time of a connection.
using ServerHandler = std::function<boost::asio::awaitable<ServerResponse>(ServerRequest)>;

struct ServerOptions {
  std::size_t body_limit = 4 << 20;
  std::size_t max_connections = 512;
  Duration idle_timeout = std::chrono::seconds(30);
  Duration handshake_timeout = std::chrono::seconds(10);
};

// What a server shows and asks for in the handshake of TLS (server_tls.hpp).
class ServerTls;

// The error names what cannot be used.
Result<std::shared_ptr<ServerTls>> make_server_tls(const ServerTlsSettings& settings);

class HttpServer {
 public:
  virtual ~HttpServer() = default;
  virtual std::uint16_t port() const = 0;
  // Serves until the caller is cancelled; ends all its connections before it returns.
  virtual boost::asio::awaitable<void> serve(ServerHandler handler) = 0;
  // Of the connections that are accepted from now on; plain ones where it is null.
  virtual void use_tls(std::shared_ptr<ServerTls> tls) = 0;
  // Stops listening (connections are refused from now on) and closes what is open; serve() returns.
  virtual void close() = 0;
};

// Listens at once. address: "127.0.0.1:9797", "[::1]:0", ":9797" (all addresses, IPv6 and IPv4).
Result<std::unique_ptr<HttpServer>> make_http_server(boost::asio::any_io_executor executor, const std::string& address,
                                                     ServerOptions options);
// On a socket that already listens.
Result<std::unique_ptr<HttpServer>> make_http_server(boost::asio::any_io_executor executor, int descriptor,
                                                     ServerOptions options);

}  // namespace lgtmwatch
