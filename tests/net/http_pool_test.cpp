#include <catch2/catch.hpp>

#include "daemon/net/http_client.hpp"
#include "tests/net/raw_server.hpp"
#include "tests/support/run.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;

HttpRequest pooled(std::string target = "/") { return HttpRequest(std::move(target)); }

// Answers that many requests on each connection with the number of the connection, then does what comes last.
Conversation answers(int times, std::function<asio::awaitable<void>(test::Connection&)> last) {
  return [times, last](test::Connection& connection, int number) -> asio::awaitable<void> {
    for (int i = 0; i < times; ++i) {
      const auto request = co_await connection.request();
      if (request.empty()) co_return;
      (void)co_await connection.send(http_answer(std::to_string(number)));
    }
    co_await last(connection);
  };
}

asio::awaitable<void> close_it(test::Connection&) { co_return; }

asio::awaitable<void> reset_it(test::Connection& connection) {
  connection.reset();
  co_return;
}

asio::awaitable<void> close_at_the_next_request(test::Connection& connection) { (void)co_await connection.request(); }

asio::awaitable<void> half_an_answer(test::Connection& connection) {
  (void)co_await connection.request();
  (void)co_await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
}

TEST_CASE("A connection is used again, and then nothing is resolved or connected") {
  NetBench bench;
  const auto& server = bench.serve(keeps_answering(http_answer("ready")));
  const auto first = bench.send(bench.endpoint_of(server), pooled());
  const auto second = bench.send(bench.endpoint_of(server), pooled());
  CHECK(first.phases[Phase::connect].has_value());
  REQUIRE(second.answer.has_value());
  CHECK_FALSE(second.phases[Phase::resolve].has_value());
  CHECK_FALSE(second.phases[Phase::connect].has_value());
  CHECK(second.phases[Phase::first_byte].has_value());
  CHECK(second.remote == first.remote);
  CHECK(server.connections == 1);
}

TEST_CASE("A request that wants a fresh connection gets one, and leaves the pool alone") {
  NetBench bench;
  const auto& server = bench.serve(keeps_answering(http_answer("ready")));
  const auto endpoint = bench.endpoint_of(server);
  (void)bench.send(endpoint, pooled());
  for (int i = 0; i < 3; ++i) CHECK(bench.send(endpoint, fresh_request()).phases[Phase::connect].has_value());
  CHECK(server.connections == 4);
  CHECK_FALSE(bench.send(endpoint, pooled()).phases[Phase::connect].has_value());
  CHECK(server.connections == 4);
}

TEST_CASE("A pooled connection that the server has closed is replaced once, unnoticed") {
  struct Case {
    const char* name;
    std::function<asio::awaitable<void>(test::Connection&)> ending;
  };
  const std::vector<Case> cases{{"closed while idle", close_it},
                                {"reset while idle", reset_it},
                                {"closed at the next request", close_at_the_next_request}};
  for (const auto& test_case : cases) {
    CAPTURE(test_case.name);
    NetBench bench;
    const auto& server = bench.serve(answers(1, test_case.ending));
    const auto endpoint = bench.endpoint_of(server);
    CHECK(bench.send(endpoint, pooled()).answer.value().body == "1");
    settle(bench.io);
    const auto second = bench.send(endpoint, pooled());
    REQUIRE(second.answer.has_value());
    CHECK(second.answer->body == "2");
    CHECK(second.phases[Phase::connect].has_value());
    CHECK(server.connections == 2);
  }
}

TEST_CASE("It is replaced once only: where the fresh one is closed too, that is an error") {
  NetBench bench;
  const auto& server = bench.serve([](test::Connection& connection, int number) -> asio::awaitable<void> {
    (void)co_await connection.request();
    if (number == 1) (void)co_await connection.send(http_answer("first"));
    if (number == 1) (void)co_await connection.request();
  });
  const auto endpoint = bench.endpoint_of(server);
  REQUIRE(bench.send(endpoint, pooled()).answer.has_value());
  const auto second = bench.send(endpoint, pooled());
  REQUIRE(second.answer.has_error());
  CHECK(second.answer.error().reason == Reason::reset);
  CHECK(server.connections == 2);
}

TEST_CASE("A reused connection that dies after half of an answer is an error, and is not replaced") {
  NetBench bench;
  const auto& server = bench.serve(answers(1, half_an_answer));
  const auto endpoint = bench.endpoint_of(server);
  REQUIRE(bench.send(endpoint, pooled()).answer.has_value());
  const auto second = bench.send(endpoint, pooled());
  REQUIRE(second.answer.has_error());
  CHECK(second.answer.error().reason == Reason::reset);
  CHECK(second.answer.error().phase == Phase::read);
  CHECK(server.connections == 1);
}

TEST_CASE("Nothing is tried again on a connection that was not used before") {
  NetBench bench;
  const auto& server = bench.serve(answers_and_closes(""));
  for (const auto& request : {pooled(), fresh_request()}) {
    const auto before = server.connections;
    const auto exchange = bench.send(bench.endpoint_of(server), request);
    REQUIRE(exchange.answer.has_error());
    CHECK(exchange.answer.error().reason == Reason::reset);
    CHECK(server.connections == before + 1);
  }
}

TEST_CASE("A reused connection that is silent until the deadline is not replaced") {
  NetBench bench;
  const auto& server = bench.serve(
      answers(1, [](test::Connection& connection) -> asio::awaitable<void> { co_await connection.until_closed(); }));
  const auto endpoint = bench.endpoint_of(server);
  REQUIRE(bench.send(endpoint, pooled()).answer.has_value());
  const auto second = bench.send(endpoint, pooled(), 100ms);
  REQUIRE(second.answer.has_error());
  CHECK(second.answer.error().reason == Reason::timeout);
  CHECK(server.connections == 1);
  CHECK(bench.send(endpoint, pooled()).answer.value().body == "2");
}

TEST_CASE("A connection is not used again where the answer does not allow it") {
  struct Case {
    const char* name;
    std::string bytes;
  };
  const auto test_case =
      GENERATE(Case{"it says close", http_answer("x", "Connection: close\r\n")},
               Case{"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx"},
               Case{"more than the answer", http_answer("x") + "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad"},
               Case{"too long", http_answer(std::string(2 << 20, 'x'))}, Case{"no HTTP", "garbage\r\n\r\n"});
  CAPTURE(test_case.name);
  NetBench bench;
  const auto& server = bench.serve(keeps_answering(test_case.bytes));
  for (int i = 0; i < 2; ++i) (void)bench.send(bench.endpoint_of(server), pooled());
  CHECK(server.connections == 2);
}

TEST_CASE("Answers without a body leave the connection usable") {
  struct Case {
    const char* method;
    std::string bytes;
  };
  const auto test_case = GENERATE(
      Case{"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"}, Case{"GET", "HTTP/1.1 204 No Content\r\n\r\n"},
      Case{"GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}, Case{"GET", http_answer("no", "", "404 Not Found")});
  CAPTURE(test_case.method, test_case.bytes);
  NetBench bench;
  const auto& server = bench.serve(keeps_answering(test_case.bytes));
  for (int i = 0; i < 2; ++i) {
    auto request = pooled();
    request.method = test_case.method;
    CHECK(bench.send(bench.endpoint_of(server), request).answer.has_value());
  }
  CHECK(server.connections == 1);
}

asio::awaitable<void> ask_and_count(NetBench& bench, const Endpoint& endpoint, int& answered) {
  const auto exchange = co_await bench.http->send(endpoint, pooled(), Deadline(steady_now() + 20s));
  if (exchange.answer) ++answered;
}

TEST_CASE("Requests at the same time have connections of their own, two of which are kept") {
  NetBench bench;
  const auto& server = bench.serve(keeps_answering(http_answer("ready")));
  const auto endpoint = bench.endpoint_of(server);
  int answered = 0;
  for (int round = 1; round <= 2; ++round) {
    TaskGroup asking(bench.io.get_executor(), rethrow);
    for (int i = 0; i < 4; ++i) asking.spawn(ask_and_count(bench, endpoint, answered));
    run_to_end(bench.io, asking.join());
    CHECK(answered == 4 * round);
    CHECK(server.connections == 2 + 2 * round);
  }
}

TEST_CASE("A cancelled request does not leave its connection to the next one") {
  NetBench bench;
  TaskGroup asking(bench.io.get_executor(), rethrow);
  const auto& server = bench.serve([&](test::Connection& connection, int number) -> asio::awaitable<void> {
    (void)co_await connection.request();
    if (number == 1) asking.cancel();
    if (number == 1) co_await connection.until_closed();
    (void)co_await connection.send(http_answer(std::to_string(number)));
  });
  const auto endpoint = bench.endpoint_of(server);
  int answered = 0;
  asking.spawn(ask_and_count(bench, endpoint, answered));
  run_to_end(bench.io, asking.join());
  CHECK(answered == 0);
  CHECK(bench.send(endpoint, pooled()).answer.value().body == "2");
}

TEST_CASE("Servers do not share connections") {
  NetBench bench;
  const auto& first = bench.serve(keeps_answering(http_answer("first")));
  const auto& second = bench.serve(keeps_answering(http_answer("second")));
  for (int i = 0; i < 2; ++i) {
    CHECK(bench.send(bench.endpoint_of(first), pooled()).answer.value().body == "first");
    CHECK(bench.send(bench.endpoint_of(second), pooled()).answer.value().body == "second");
  }
  CHECK(first.connections == 1);
  CHECK(second.connections == 1);
}

}  // namespace
