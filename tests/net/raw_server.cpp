#include "tests/net/raw_server.hpp"

#include <zlib.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstring>

#include "tests/support/run.hpp"

namespace lgtmwatch::test {

namespace asio = boost::asio;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

asio::awaitable<std::string> Connection::request() {
  auto [code, size] = co_await asio::async_read_until(socket_, asio::dynamic_buffer(buffer_), "\r\n\r\n", as_tuple);
  if (code) co_return std::string();
  auto text = buffer_.substr(0, size);
  buffer_.erase(0, size);
  co_return text;
}

asio::awaitable<bool> Connection::send(std::string bytes) {
  auto [code, size] = co_await asio::async_write(socket_, asio::buffer(bytes), as_tuple);
  (void)size;
  co_return !code;
}

asio::awaitable<void> Connection::until_closed() {
  boost::system::error_code ended;
  std::array<char, 4096> ignored;
  while (!ended) {
    auto [code, size] = co_await socket_.async_read_some(asio::buffer(ignored), as_tuple);
    (void)size;
    ended = code;
  }
}

void Connection::reset() {
  socket_.set_option(asio::socket_base::linger(true, 0));
  socket_.close();
}

Conversation answers_and_closes(std::string bytes) {
  return [bytes](Connection& connection, int) -> asio::awaitable<void> {
    (void)co_await connection.request();
    (void)co_await connection.send(bytes);
  };
}

Conversation answers_and_stays(std::string bytes) {
  return [bytes](Connection& connection, int) -> asio::awaitable<void> {
    (void)co_await connection.request();
    (void)co_await connection.send(bytes);
    co_await connection.until_closed();
  };
}

Conversation keeps_answering(std::string bytes) {
  return [bytes](Connection& connection, int) -> asio::awaitable<void> {
    while (true) {
      const auto request = co_await connection.request();
      if (request.empty()) co_return;
      (void)co_await connection.send(bytes);
    }
  };
}

RawServer::RawServer(TaskGroup& tasks, asio::any_io_executor executor, const Protocol::endpoint& endpoint,
                     Conversation talk)
    : tasks_(tasks), acceptor_(executor, endpoint), talk_(std::move(talk)) {
  tasks_.spawn(serve());
}

std::uint16_t RawServer::port() const {
  const auto endpoint = acceptor_.local_endpoint();
  asio::ip::tcp::endpoint ip;
  std::memcpy(ip.data(), endpoint.data(), endpoint.size());
  return ip.port();
}

asio::awaitable<void> RawServer::serve() {
  while (true) {
    auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
    tasks_.spawn(converse(std::move(socket), ++connections));
  }
}

asio::awaitable<void> RawServer::converse(Protocol::socket socket, int number) {
  Connection connection(std::move(socket));
  co_await talk_(connection, number);
}

NetBench::NetBench() : tasks(io.get_executor(), rethrow) {}

NetBench::~NetBench() {
  tasks.cancel();
  settle(io);
}

RawServer& NetBench::serve(Conversation talk, const std::string& address) {
  const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(address), 0);
  servers.push_back(std::make_unique<RawServer>(tasks, io.get_executor(), endpoint, std::move(talk)));
  return *servers.back();
}

RawServer& NetBench::serve_unix(Conversation talk, const std::string& path) {
  const asio::local::stream_protocol::endpoint endpoint(path);
  servers.push_back(std::make_unique<RawServer>(tasks, io.get_executor(), endpoint, std::move(talk)));
  return *servers.back();
}

Endpoint NetBench::endpoint_of(const RawServer& server, const std::string& scheme) const {
  return Endpoint(Url::parse(scheme + "://127.0.0.1:" + std::to_string(server.port())).value());
}

HttpExchange NetBench::send(const Endpoint& endpoint, HttpRequest request, Duration patience) {
  return run_to_end(io, http->send(endpoint, std::move(request), Deadline(steady_now() + patience)));
}

HttpExchange NetBench::ask(Conversation talk, Duration patience) {
  return send(endpoint_of(serve(std::move(talk))), fresh_request(), patience);
}

HttpRequest fresh_request(std::string target) {
  HttpRequest request(std::move(target));
  request.connection = lgtmwatch::Connection::fresh;
  return request;
}

Tick steady_now() { return std::chrono::steady_clock::now(); }

std::string http_answer(const std::string& body, const std::string& headers, const std::string& status) {
  return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string gzipped(const std::string& plain) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, plain.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(packed.size() - stream.avail_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace lgtmwatch::test
