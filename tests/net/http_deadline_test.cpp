#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

#include "daemon/net/http_client.hpp"
#include "tests/net/raw_server.hpp"
#include "tests/support/run.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto patience = 200ms;

// "within 199ms" as well as "within 200ms": what was left when the request began.
std::string with_whole_patience(std::string what) {
  const auto begin = what.find("within ") + 7;
  const auto named = parse_duration(what.substr(begin, what.find(':', begin) - begin)).value();
  if (named > patience - 50ms && named <= patience) what.replace(begin, what.find(':', begin) - begin, "200ms");
  return what;
}

Conversation says_nothing() {
  return [](test::Connection& connection, int) -> asio::awaitable<void> { co_await connection.until_closed(); };
}

// A byte of the answer every ten milliseconds, for ever.
Conversation drips(std::string head) {
  return [head](test::Connection& connection, int) -> asio::awaitable<void> {
    (void)co_await connection.request();
    bool listens = co_await connection.send(head);
    while (listens) {
      asio::steady_timer timer(connection.socket().get_executor(), 10ms);
      co_await timer.async_wait(asio::use_awaitable);
      listens = co_await connection.send("x");
    }
  };
}

TEST_CASE("When time is up the error says what was waited for, and how long in all") {
  struct Case {
    const char* name;
    const char* scheme;
    Conversation talk;
    Phase phase;
    const char* waited_for;
  };
  const std::vector<Case> cases{
      {"silent after accept", "http", says_nothing(), Phase::first_byte, "the first byte of the answer"},
      {"silent in the handshake", "https", says_nothing(), Phase::tls, "the TLS handshake"},
      {"half a header", "http", answers_and_stays("HTTP/1.1 200 OK\r\nCont"), Phase::read, "the rest of the answer"},
      {"half a body", "http", answers_and_stays("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), Phase::read,
       "the rest of the answer"},
      {"a header that drips", "http", drips("HTTP/1.1 200 OK\r\nX: "), Phase::read, "the rest of the answer"},
      {"a body that drips", "http", drips("HTTP/1.1 200 OK\r\n\r\n"), Phase::read, "the rest of the answer"}};
  for (const auto& test_case : cases) {
    CAPTURE(test_case.name);
    NetBench bench;
    const auto& server = bench.serve(test_case.talk);
    const auto begin = steady_now();
    const auto exchange = bench.send(bench.endpoint_of(server, test_case.scheme), fresh_request(), patience);
    const auto took = steady_now() - begin;
    REQUIRE(exchange.answer.has_error());
    const auto& error = exchange.answer.error();
    CHECK(error.reason == Reason::timeout);
    CHECK(to_string(error.phase) == to_string(test_case.phase));
    CHECK(with_whole_patience(error.what) == "no answer from 127.0.0.1:" + std::to_string(server.port()) +
                                                 " within 200ms: waited for " + test_case.waited_for);
    CHECK(took >= patience);
    CHECK(took < patience + 2s);
  }
}

// A server that listens, but whose queue of connections is full, so that nobody gets in.
struct FullServer {
  explicit FullServer(asio::io_context& io) : acceptor(io) {
    const tcp::endpoint any(asio::ip::address_v4::loopback(), 0);
    acceptor.open(any.protocol());
    acceptor.bind(any);
    acceptor.listen(0);
    for (int i = 0; i < 4; ++i) {
      waiting.emplace_back(io);
      waiting.back().async_connect(acceptor.local_endpoint(), [](boost::system::error_code) {});
    }
  }
  tcp::acceptor acceptor;
  std::vector<tcp::socket> waiting;
};

TEST_CASE("A connection that is not accepted in time is told as such") {
  NetBench bench;
  const FullServer full(bench.io);
  const auto address = "127.0.0.1:" + std::to_string(full.acceptor.local_endpoint().port());
  settle(bench.io);
  const auto exchange = bench.send(Endpoint(Url::parse("http://" + address).value()), fresh_request(), patience);
  REQUIRE(exchange.answer.has_error());
  CHECK(with_whole_patience(exchange.answer.error().what) ==
        "no answer from " + address + " within 200ms: waited for the connection");
  CHECK(exchange.answer.error().phase == Phase::connect);
  CHECK(exchange.phases[Phase::resolve].has_value());
  CHECK_FALSE(exchange.phases[Phase::connect].has_value());
  CHECK(exchange.remote == address);
}

TEST_CASE("A request whose deadline has passed already is a timeout, fresh or pooled") {
  NetBench bench;
  const auto& server = bench.serve(keeps_answering(http_answer("late")));
  const auto endpoint = bench.endpoint_of(server);
  const auto no_time = "no time was left to ask 127.0.0.1:" + std::to_string(server.port());
  for (const auto& request : {fresh_request(), HttpRequest("/")}) {
    const auto exchange = bench.send(endpoint, request, -1s);
    REQUIRE(exchange.answer.has_error());
    CHECK(exchange.answer.error().reason == Reason::timeout);
    CHECK(exchange.answer.error().what == no_time);
  }
  REQUIRE(bench.send(endpoint, HttpRequest("/")).answer.has_value());
  const auto reused = bench.send(endpoint, HttpRequest("/"), -1s);
  REQUIRE(reused.answer.has_error());
  CHECK(reused.answer.error().reason == Reason::timeout);
  CHECK(reused.answer.error().what == no_time);
}

TEST_CASE("The patience that an error names is that of its own request, also on a reused connection") {
  NetBench bench;
  const auto& server = bench.serve([](test::Connection& connection, int) -> asio::awaitable<void> {
    (void)co_await connection.request();
    (void)co_await connection.send(http_answer("once"));
    co_await connection.until_closed();
  });
  const auto endpoint = bench.endpoint_of(server);
  REQUIRE(bench.send(endpoint, HttpRequest("/"), 20s).answer.has_value());
  const auto exchange = bench.send(endpoint, HttpRequest("/"), patience);
  REQUIRE(exchange.answer.has_error());
  CHECK_THAT(with_whole_patience(exchange.answer.error().what), Catch::Contains(" within 200ms: "));
  CHECK(server.connections == 1);
}

TEST_CASE("A refused connection is told at once and names the address") {
  NetBench bench;
  std::uint16_t port = 0;
  {
    const tcp::acceptor closed(bench.io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    port = closed.local_endpoint().port();
  }
  const auto address = "127.0.0.1:" + std::to_string(port);
  const auto exchange = bench.send(Endpoint(Url::parse("http://" + address).value()), fresh_request());
  REQUIRE(exchange.answer.has_error());
  CHECK(exchange.answer.error().what == address + " refused the connection: nothing listens there");
  CHECK(exchange.answer.error().reason == Reason::refused);
  CHECK(exchange.answer.error().phase == Phase::connect);
  CHECK(exchange.remote == address);
}

asio::awaitable<void> ask_forever(NetBench& bench, Endpoint endpoint, HttpRequest request, bool& answered) {
  (void)co_await bench.http->send(endpoint, std::move(request), Deadline(steady_now() + 1h));
  answered = true;
}

TEST_CASE("Cancellation ends a request at once, wherever it is, and closes its connection") {
  const std::string first = GENERATE(as<std::string>(), "", "HTTP/1.1 200 OK\r\nCont", "HTTP/1.1 200 OK\r\n\r\nhalf");
  const std::string scheme = GENERATE(as<std::string>(), "http", "https");
  CAPTURE(first, scheme);
  NetBench bench;
  bool answered = false;
  bool closed = false;
  TaskGroup asking(bench.io.get_executor(), rethrow);
  const auto& server = bench.serve([&](test::Connection& connection, int) -> asio::awaitable<void> {
    if (scheme == "http") (void)co_await connection.request();
    if (scheme == "http" && !first.empty()) (void)co_await connection.send(first);
    asking.cancel();
    co_await connection.until_closed();
    closed = true;
  });
  const auto begin = steady_now();
  asking.spawn(ask_forever(bench, bench.endpoint_of(server, scheme), HttpRequest("/"), answered));
  run_to_end(bench.io, asking.join());
  bench.io.restart();
  while (!closed && steady_now() < begin + 10s) bench.io.run_one_for(1s);
  CHECK_FALSE(answered);
  CHECK(closed);
  CHECK(steady_now() - begin < 5s);
}

TEST_CASE("Cancellation ends a connection that is still being made") {
  NetBench bench;
  const FullServer full(bench.io);
  settle(bench.io);
  bool answered = false;
  const auto port = std::to_string(full.acceptor.local_endpoint().port());
  TaskGroup asking(bench.io.get_executor(), rethrow);
  asking.spawn(ask_forever(bench, Endpoint(Url::parse("http://127.0.0.1:" + port).value()), fresh_request(), answered));
  settle(bench.io);
  REQUIRE(asking.size() == 1);
  asking.cancel();
  run_to_end(bench.io, asking.join());
  CHECK_FALSE(answered);
}

}  // namespace
