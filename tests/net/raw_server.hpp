// Servers that speak bytes, and a real client beside them on one io_context: real sockets on loopback, port 0.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/base/task_group.hpp"
#include "daemon/net/http_client.hpp"

namespace lgtmwatch::test {

using Protocol = boost::asio::generic::stream_protocol;

// One accepted connection. Errors are no exceptions here: a hostile server does not care.
class Connection {
 public:
  explicit Connection(Protocol::socket socket) : socket_(std::move(socket)) {}

  boost::asio::awaitable<std::string> request();  // up to the empty line; "" where the client has closed
  boost::asio::awaitable<bool> send(std::string bytes);
  boost::asio::awaitable<void> until_closed();  // reads what comes until the client closes
  void reset();                                 // RST
  Protocol::socket& socket() { return socket_; }

 private:
  Protocol::socket socket_;
  std::string buffer_;
};

// Talks on one connection, which is closed when it returns. Connections are counted from 1.
using Conversation = std::function<boost::asio::awaitable<void>(Connection&, int number)>;

// Reads one request and sends the bytes; then closes, or stays until the client closes.
Conversation answers_and_closes(std::string bytes);
Conversation answers_and_stays(std::string bytes);
// Answers every request with the bytes on the same connection.
Conversation keeps_answering(std::string bytes);

class RawServer {
 public:
  RawServer(TaskGroup& tasks, boost::asio::any_io_executor executor, const Protocol::endpoint& endpoint,
            Conversation talk);

  std::uint16_t port() const;  // of an IP endpoint
  int connections = 0;

 private:
  boost::asio::awaitable<void> serve();
  boost::asio::awaitable<void> converse(Protocol::socket socket, int number);

  TaskGroup& tasks_;
  boost::asio::basic_socket_acceptor<Protocol> acceptor_;
  Conversation talk_;
};

class NetBench {
 public:
  ~NetBench();

  // A server on 127.0.0.1, or where the address says. It lives as long as the bench.
  RawServer& serve(Conversation talk, const std::string& address = "127.0.0.1");
  RawServer& serve_unix(Conversation talk, const std::string& path);
  Endpoint endpoint_of(const RawServer& server, const std::string& scheme = "http") const;

  HttpExchange send(const Endpoint& endpoint, HttpRequest request, Duration patience = std::chrono::seconds(20));
  // One GET of "/" on a connection of its own.
  HttpExchange ask(Conversation talk, Duration patience = std::chrono::seconds(20));

  boost::asio::io_context io{1};
  std::unique_ptr<Resolver> resolver = make_resolver(io.get_executor());
  std::unique_ptr<HttpClient> http = make_http_client(io.get_executor(), *resolver);
  TaskGroup tasks;
  std::vector<std::unique_ptr<RawServer>> servers;

  NetBench();
};

HttpRequest fresh_request(std::string target = "/");

Tick steady_now();

// "HTTP/1.1 200 OK" with the header lines (each with its CRLF) and a body of known length.
std::string http_answer(const std::string& body, const std::string& headers = "", const std::string& status = "200 OK");

std::string gzipped(const std::string& plain);

}  // namespace lgtmwatch::test
