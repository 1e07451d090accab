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
using namespace std::string_literals;
namespace asio = boost::asio;

// Sends the bytes again and again until the client has had enough.
Conversation repeats(std::string first, std::string then) {
  return [first, then](test::Connection& connection, int) -> asio::awaitable<void> {
    (void)co_await connection.request();
    bool listens = co_await connection.send(first);
    while (listens) listens = co_await connection.send(then);
  };
}

Conversation resets_after(std::string bytes) {
  return [bytes](test::Connection& connection, int) -> asio::awaitable<void> {
    (void)co_await connection.request();
    if (!bytes.empty()) (void)co_await connection.send(bytes);
    connection.reset();
  };
}

std::string address_of(const NetBench& bench) { return "127.0.0.1:" + std::to_string(bench.servers.at(0)->port()); }

const std::string ok_head = "HTTP/1.1 200 OK\r\n";

struct HostileCase {
  const char* name;
  Conversation talk;
  Reason reason;
  Phase phase;
  std::string what;  // ADDRESS stands for the server
};
const std::string closed_at_once =
    "ADDRESS closed the connection while lgtmwatch waited for the first byte of the answer";
const std::string closed_within = "ADDRESS closed the connection while lgtmwatch waited for the rest of the answer";
const std::vector<HostileCase> hostile_cases{
    {"closes without an answer", answers_and_closes(""), Reason::reset, Phase::first_byte, closed_at_once},
    {"resets without an answer", resets_after(""), Reason::reset, Phase::first_byte, closed_at_once},
    {"closes within the header", answers_and_closes("HTTP/1.1 200 OK\r\nCont"), Reason::reset, Phase::read,
     closed_within},
    {"closes within the status", answers_and_closes("HTTP"), Reason::reset, Phase::read, closed_within},
    {"closes within the body", answers_and_closes(ok_head + "Content-Length: 9\r\n\r\nhalf"), Reason::reset,
     Phase::read, closed_within},
    {"closes within a chunk", answers_and_closes(ok_head + "Transfer-Encoding: chunked\r\n\r\n9\r\nhalf"),
     Reason::reset, Phase::read, closed_within},
    {"endless header", repeats(ok_head, "X-Y: " + std::string(5000, 'z') + "\r\n"), Reason::too_large, Phase::read,
     "the headers of ADDRESS are longer than 65536 bytes"},
    {"endless header without a line", repeats("", std::string(5000, 'H')), Reason::protocol, Phase::first_byte, ""},
    {"endless body", repeats(ok_head + "\r\n", std::string(5000, 'z')), Reason::too_large, Phase::read,
     "the answer of ADDRESS is longer than 1048576 bytes"},
    {"endless chunks",
     repeats(ok_head + "Transfer-Encoding: chunked\r\n\r\n", "1f4\r\n" + std::string(500, 'z') + "\r\n"),
     Reason::too_large, Phase::read, "the answer of ADDRESS is longer than 1048576 bytes"},
    {"body announced too long", answers_and_stays(ok_head + "Content-Length: 99999999999\r\n\r\n"), Reason::too_large,
     Phase::read, "the answer of ADDRESS is longer than 1048576 bytes"},
    {"HTTP/2 settings", answers_and_stays("\0\0\x12\4\0\0\0\0\0\0\3\0\0\0\x80"s), Reason::protocol, Phase::first_byte,
     "ADDRESS speaks HTTP/2 (gRPC) where HTTP/1.1 is expected"},
    {"TLS record", answers_and_stays("\x15\x03\x01\0\x10 and more of it behind"s), Reason::tls, Phase::first_byte,
     "ADDRESS expects TLS"},
    {"banner of another protocol", answers_and_stays("SSH-2.0-OpenSSH_9.2\r\n"), Reason::protocol, Phase::first_byte,
     ""},
    {"bad length", answers_and_stays(ok_head + "Content-Length: many\r\n\r\n"), Reason::protocol, Phase::first_byte,
     ""}};

TEST_CASE("What a hostile server does is told as what it is") {
  for (const auto& test_case : hostile_cases) {
    CAPTURE(test_case.name);
    NetBench bench;
    const auto exchange = bench.ask(test_case.talk);
    REQUIRE(exchange.answer.has_error());
    const auto& error = exchange.answer.error();
    CHECK(to_string(error.reason) == to_string(test_case.reason));
    CHECK(to_string(error.phase) == to_string(test_case.phase));
    auto expected = test_case.what;
    if (expected.empty()) {
      CHECK_THAT(error.what, Catch::StartsWith(address_of(bench) + " did not answer with HTTP/1.1: "));
    } else {
      expected.replace(expected.find("ADDRESS"), 7, address_of(bench));
      CHECK(error.what == expected);
    }
    CHECK(bench.servers[0]->connections == 1);
    CHECK(exchange.phases[Phase::connect].has_value());
    CHECK_FALSE(exchange.phases[Phase::read].has_value());
  }
}

TEST_CASE("A reset within the answer is an error") {
  NetBench bench;
  const auto exchange = bench.ask(resets_after(ok_head + "Content-Length: 9\r\n\r\nhalf"));
  REQUIRE(exchange.answer.has_error());
  CHECK(exchange.answer.error().reason == Reason::reset);
}

TEST_CASE("A TLS alert is recognised though it is shorter than a status line") {
  const auto alert = "\x15\x03\x01\0\x02\x02\x46"s;
  for (const auto& talk : {answers_and_stays(alert), answers_and_closes(alert)}) {
    NetBench bench;
    const auto exchange = bench.ask(talk, 300ms);
    REQUIRE(exchange.answer.has_error());
    CHECK(exchange.answer.error().what == address_of(bench) + " expects TLS");
  }
}

TEST_CASE("What never ends within the framing of chunks is bounded too") {
  struct Case {
    const char* name;
    const char* first;
    std::string then;
  };
  const auto test_case = GENERATE(Case{"extension", "5;a=", std::string(5000, 'x')},
                                  Case{"trailer", "0\r\n", "X: " + std::string(5000, 'x') + "\r\n"},
                                  Case{"size", "", std::string(5000, '0')});
  CAPTURE(test_case.name);
  NetBench bench;
  const auto talk = repeats(ok_head + "Transfer-Encoding: chunked\r\n\r\n" + test_case.first, test_case.then);
  const auto exchange = bench.ask(talk, 5s);
  REQUIRE(exchange.answer.has_error());
  const auto reason = exchange.answer.error().reason;
  CHECK((reason == Reason::too_large || reason == Reason::protocol));
}

TEST_CASE("A small answer in gzip that becomes a large one is refused") {
  const auto bomb = gzipped(std::string(10 << 20, '\0'));
  REQUIRE(bomb.size() < 100'000);
  NetBench bench;
  const auto exchange = bench.ask(answers_and_closes(http_answer(bomb, "Content-Encoding: gzip\r\n")));
  REQUIRE(exchange.answer.has_error());
  CHECK(exchange.answer.error().reason == Reason::too_large);
  CHECK(exchange.answer.error().what == "the answer is longer than 1048576 bytes");
}

TEST_CASE("The limit is the request's own, and what fits exactly is not too long") {
  for (const bool zipped : {false, true}) {
    NetBench bench;
    const std::string body(1000, 'x');
    const auto& server = bench.serve(
        answers_and_closes(zipped ? http_answer(gzipped(body), "Content-Encoding: gzip\r\n") : http_answer(body)));
    auto request = fresh_request();
    request.body_limit = 1000;
    CHECK(bench.send(bench.endpoint_of(server), request).answer.has_value());
    request.body_limit = 999;
    CHECK(bench.send(bench.endpoint_of(server), request).answer.error().reason == Reason::too_large);
  }
}

TEST_CASE("What is not gzip though it says so, or is cut off, is an error of parsing") {
  const auto whole = gzipped("some text that is long enough to be cut off");
  for (const auto& body :
       {std::string("plain"), whole.substr(0, whole.size() / 2), whole.substr(0, whole.size() - 1)}) {
    NetBench bench;
    const auto exchange = bench.ask(answers_and_closes(http_answer(body, "Content-Encoding: gzip\r\n")));
    REQUIRE(exchange.answer.has_error());
    CHECK(exchange.answer.error().reason == Reason::parse);
    CHECK(exchange.answer.error().what == "the answer is broken gzip");
  }
}

}  // namespace
