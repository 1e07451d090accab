#include "daemon/net/http_server.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

#include "daemon/base/task_group.hpp"

namespace {

using namespace lgtmwatch;
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

class Pieces final : public BodyStream {
  asio::awaitable<std::optional<std::string>> next() override {
    co_return ++given_ > 3 ? std::nullopt : std::optional("piece " + std::to_string(given_) + "\n");
  }
  int given_ = 0;
};

// Answers with the method, the target and the body; "/hang" never, "/throw" with an exception.
asio::awaitable<ServerResponse> echo(ServerRequest request) {
  if (request.path() == "/throw") throw std::runtime_error("a bug");
  ServerResponse response(200, "text/plain", request.method + " " + request.target + " " + request.body);
  response.hang = request.path() == "/hang";
  if (request.path() == "/stream") response.stream = std::make_shared<Pieces>();
  if (request.path() == "/empty") response = ServerResponse(204, "", "");
  co_return response;
}

// A client that speaks bytes.
class Client {
 public:
  explicit Client(asio::any_io_executor executor) : socket_(executor) {}

  asio::awaitable<void> connect(std::uint16_t port) {
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    co_await socket_.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, code));
  }
  asio::awaitable<void> send(std::string bytes) {
    error_code ignored;  // the server may have refused and closed already
    co_await asio::async_write(socket_, asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, ignored));
  }
  asio::awaitable<std::string> read_until(std::string end) {
    const auto size = co_await asio::async_read_until(socket_, asio::dynamic_buffer(buffer_), end,
                                                      asio::redirect_error(asio::use_awaitable, code));
    auto text = buffer_.substr(0, size);
    buffer_.erase(0, size);
    co_return text;
  }
  asio::awaitable<std::string> read_all() {
    co_await asio::async_read(socket_, asio::dynamic_buffer(buffer_), asio::redirect_error(asio::use_awaitable, code));
    co_return std::move(buffer_);
  }

  error_code code;

 private:
  tcp::socket socket_;
  std::string buffer_;
};

// One server and one coroutine that talks to it, on one io_context; nothing may be left over in the end.
class Bench {
 public:
  explicit Bench(ServerOptions options = {}, std::string address = "127.0.0.1:0")
      : server(*make_http_server(io.get_executor(), address, options)),
        serving(io.get_executor(), [](std::exception_ptr failure) { std::rethrow_exception(failure); }),
        talking(io.get_executor(), [](std::exception_ptr failure) { std::rethrow_exception(failure); }) {}

  void run(asio::awaitable<void> talk) {
    serving.spawn(server->serve(echo));
    talking.spawn(then_stop(std::move(talk)));
    io.run_for(std::chrono::seconds(20));
    REQUIRE(io.stopped());
    REQUIRE(serving.size() == 0);
  }

  asio::awaitable<void> then_stop(asio::awaitable<void> talk) {
    co_await std::move(talk);
    serving.cancel();
  }

  asio::io_context io{1};
  std::unique_ptr<HttpServer> server;
  TaskGroup serving;
  TaskGroup talking;
};

asio::awaitable<std::string> ask(Bench& bench, std::string bytes) {
  Client client(bench.io.get_executor());
  co_await client.connect(bench.server->port());
  co_await client.send(std::move(bytes));
  co_return co_await client.read_all();
}

std::string answer_to(const std::string& bytes, ServerOptions options = {}) {
  Bench bench(options);
  std::string answer;
  auto talk = [&]() -> asio::awaitable<void> { answer = co_await ask(bench, bytes); };
  bench.run(talk());
  return answer;
}

TEST_CASE("A connection is kept for the next request, and closed when the client asks for it") {
  const auto answer = answer_to(
      "GET /one?a=b HTTP/1.1\r\nHost: x\r\n\r\n"
      "POST /two HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody");
  CHECK(answer.find("HTTP/1.1 200 OK\r\n") == 0);
  CHECK(answer.find("GET /one?a=b ") != std::string::npos);
  CHECK(answer.find("POST /two body") != std::string::npos);
}

TEST_CASE("A body in chunks arrives whole") {
  const auto answer = answer_to(
      "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
      "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  CHECK(answer.find("POST /c abcde") != std::string::npos);
}

TEST_CASE("The answer to HEAD has the length of the body but no body") {
  const auto answer = answer_to("HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(answer.find("Content-Length: 8\r\n") != std::string::npos);
  CHECK(answer.substr(answer.size() - 4) == "\r\n\r\n");
}

TEST_CASE("An answer without content has neither body nor length") {
  const auto answer = answer_to("GET /empty HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(answer.find("HTTP/1.1 204 No Content\r\n") == 0);
  CHECK(answer.find("Content-Length") == std::string::npos);
}

asio::awaitable<void> take_a_stream(Bench& bench) {
  Client client(bench.io.get_executor());
  co_await client.connect(bench.server->port());
  co_await client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto whole = co_await client.read_all();
  CHECK_THAT(whole, Catch::Contains("Connection: close") && Catch::EndsWith("\r\n\r\npiece 1\npiece 2\npiece 3\n"));
}

TEST_CASE("A streamed answer comes piece by piece, and its end closes the connection") {
  Bench bench;
  bench.run(take_a_stream(bench));
}

TEST_CASE("A client that expects 100-continue is told to go on") {
  Bench bench;
  std::string answer;
  auto talk = [&]() -> asio::awaitable<void> {
    Client client(bench.io.get_executor());
    co_await client.connect(bench.server->port());
    co_await client.send("POST /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    answer = co_await client.read_until("\r\n\r\n");
    co_await client.send("ok");
    answer += co_await client.read_until("POST /e ok");
  };
  bench.run(talk());
  CHECK(answer.find("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n") == 0);
}

TEST_CASE("What is beyond the bounds is refused with the right status and the connection is closed") {
  struct Case {
    const char* name;
    std::string bytes;
    const char* status;
  };
  const auto test_case =
      GENERATE(Case{"announced body",
                    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n" + std::string(2000, 'a'), "413"},
               Case{"chunked body",
                    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + std::string(2000, 'a') +
                        "\r\n0\r\n\r\n",
                    "413"},
               Case{"header", "GET / HTTP/1.1\r\nHost: x\r\nBig: " + std::string(200'000, 'a') + "\r\n\r\n", "431"},
               Case{"target", "GET /" + std::string(200'000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", "431"},
               Case{"garbage", "\x16\x03\x01 this is no HTTP\r\n\r\n", "400"},
               Case{"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"},
               Case{"bad length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n", "400"});
  CAPTURE(test_case.name);
  ServerOptions options;
  options.body_limit = 1000;
  const auto answer = answer_to(test_case.bytes, options);
  CHECK(answer.substr(0, 12) == std::string("HTTP/1.1 ") + test_case.status);
}

TEST_CASE("An exception of the handler is a 500 and the server goes on") {
  const auto answer = answer_to(
      "GET /throw HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(answer.find("HTTP/1.1 500 ") == 0);
  CHECK(answer.find("GET /next ") != std::string::npos);
}

TEST_CASE("A hanging answer stays out until the server is cancelled, which closes the connection") {
  Bench bench;
  std::string answer = "unset";
  auto talk = [&]() -> asio::awaitable<void> {
    Client hanging(bench.io.get_executor());
    co_await hanging.connect(bench.server->port());
    co_await hanging.send("GET /hang HTTP/1.1\r\nHost: x\r\n\r\n");
    (void)co_await ask(bench, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    bench.serving.cancel();
    answer = co_await hanging.read_all();
  };
  bench.run(talk());
  CHECK(answer.empty());
}

TEST_CASE("close() refuses new connections, ends the open ones and lets serve() return") {
  Bench bench;
  error_code refused;
  std::string rest = "unset";
  auto talk = [&]() -> asio::awaitable<void> {
    Client idle(bench.io.get_executor());
    co_await idle.connect(bench.server->port());
    co_await idle.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    (void)co_await idle.read_until("GET /a ");
    bench.server->close();
    rest = co_await idle.read_all();
    co_await bench.serving.join();
    Client late(bench.io.get_executor());
    co_await late.connect(bench.server->port());
    refused = late.code;
  };
  bench.run(talk());
  CHECK(refused == asio::error::connection_refused);
  CHECK(rest.empty());
}

TEST_CASE("A connection that sends nothing is closed after the idle timeout") {
  ServerOptions options;
  options.idle_timeout = std::chrono::milliseconds(30);
  CHECK(answer_to("", options).empty());
  CHECK(answer_to("GET / HTT", options).empty());
}

TEST_CASE("More connections than allowed are closed at once") {
  ServerOptions options;
  options.max_connections = 1;
  Bench bench(options);
  std::string second = "unset";
  auto talk = [&]() -> asio::awaitable<void> {
    Client first(bench.io.get_executor());
    co_await first.connect(bench.server->port());
    co_await first.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    (void)co_await first.read_until("GET /a ");
    second = co_await ask(bench, "GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  };
  bench.run(talk());
  CHECK(second.empty());
}

TEST_CASE("An address without host listens on IPv4 too") {
  Bench bench(ServerOptions{}, ":0");
  std::string answer;
  auto talk = [&]() -> asio::awaitable<void> {
    answer = co_await ask(bench, "GET /v4 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  };
  bench.run(talk());
  CHECK(answer.find("GET /v4 ") != std::string::npos);
}

TEST_CASE("An address that cannot be listened on is an error that says so") {
  asio::io_context io;
  const auto first = make_http_server(io.get_executor(), "127.0.0.1:0", {});
  REQUIRE(first.has_value());
  const auto taken = "127.0.0.1:" + std::to_string((*first)->port());
  CHECK_THROWS_WITH(make_http_server(io.get_executor(), taken, {}).value(),
                    "cannot listen on " + taken + ": Address already in use");
  for (const auto* bad : {"9797", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "nowhere:80", "[::1:80", ":x"}) {
    CAPTURE(bad);
    CHECK_THROWS_WITH(make_http_server(io.get_executor(), bad, {}).value(),
                      "\"" + std::string(bad) + "\" is not an address to listen on");
  }
}

TEST_CASE("A request gives its path, its headers whatever their case, and its decoded parameters") {
  ServerRequest request;
  request.target = "/loki/api?query=%7Ba%3D%22b%22%7D+x&match%5B%5D=y&empty&bad=%zz%4";
  request.headers.emplace_back("X-Scope-OrgID", "a");
  CHECK(request.path() == "/loki/api");
  CHECK(request.header("x-scope-orgid") == "a");
  CHECK(request.header("none").empty());
  CHECK(request.query("query") == "{a=\"b\"} x");
  CHECK(request.query("match[]") == "y");
  CHECK(request.query("empty").empty());
  CHECK(request.query("bad") == "%zz%4");
  CHECK(request.query("absent").empty());
}

}  // namespace
