#include "daemon/net/http_client.hpp"

#include <catch2/catch.hpp>

#include "tests/net/raw_server.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
namespace asio = boost::asio;

TEST_CASE("An answer is read to its end, however its length is told") {
  struct Case {
    const char* name;
    std::string bytes;
    int status;
    std::string body;
  };
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const auto test_case = GENERATE_COPY(
      Case{"length", http_answer("ready"), 200, "ready"}, Case{"empty", http_answer(""), 200, ""},
      Case{"in chunks", head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 200, "abcde"},
      Case{"in chunks, with extension and trailer",
           head + "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n", 200, "abc"},
      Case{"until the connection ends", head + "\r\nall of it", 200, "all of it"},
      Case{"until the connection ends, nothing", head + "\r\n", 200, ""},
      Case{"HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nold", 200, "old"},
      Case{"no content", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
      Case{"no reason phrase", "HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\nx", 200, "x"},
      Case{"unauthorized", http_answer("no org id", "", "401 Unauthorized"), 401, "no org id"},
      Case{"redirect, which is not followed", http_answer("", "Location: /x\r\n", "302 Found"), 302, ""},
      Case{"unavailable", http_answer("starting", "", "503 Service Unavailable"), 503, "starting"},
      Case{"unknown status", http_answer("?", "", "599 Odd"), 599, "?"},
      Case{"more than one read", http_answer(std::string(300'000, 'x')), 200, std::string(300'000, 'x')});
  CAPTURE(test_case.name);
  NetBench bench;
  const auto exchange = bench.ask(answers_and_closes(test_case.bytes));
  REQUIRE(exchange.answer.has_value());
  CHECK(exchange.answer->status == test_case.status);
  CHECK((exchange.answer->body == test_case.body));
}

TEST_CASE("The answer to HEAD has no body, whatever length it names") {
  NetBench bench;
  auto request = fresh_request();
  request.method = "HEAD";
  const auto& server = bench.serve(answers_and_stays("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"));
  const auto exchange = bench.send(bench.endpoint_of(server), request);
  REQUIRE(exchange.answer.has_value());
  CHECK(exchange.answer->body.empty());
}

TEST_CASE("The content type is kept as it was sent") {
  NetBench bench;
  const auto exchange =
      bench.ask(answers_and_closes(http_answer("{}", "content-type: application/json; charset=x\r\n")));
  CHECK(exchange.answer.value().content_type == "application/json; charset=x");
}

TEST_CASE("A body in gzip is unpacked") {
  const std::string plain(100'000, 'x');
  NetBench bench;
  const auto exchange = bench.ask(answers_and_closes(http_answer(gzipped(plain), "Content-Encoding: gzip\r\n")));
  REQUIRE(exchange.answer.has_value());
  CHECK((exchange.answer->body == plain));
}

TEST_CASE("An answer that says gzip but has no body is an empty one") {
  NetBench bench;
  const auto exchange = bench.ask(answers_and_closes("HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n"));
  REQUIRE(exchange.answer.has_value());
  CHECK(exchange.answer->body.empty());
}

TEST_CASE("An interim answer is passed over, and the real one is read") {
  const std::string interim =
      GENERATE(as<std::string>(), "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
  NetBench bench;
  const auto exchange = bench.ask(answers_and_closes(interim + http_answer("real")));
  REQUIRE(exchange.answer.has_value());
  CHECK(exchange.answer->status == 200);
  CHECK(exchange.answer->body == "real");
}

// What the server got as the head of the request.
std::string request_seen(Endpoint (*change)(Endpoint), HttpRequest request) {
  NetBench bench;
  std::string seen;
  const auto& server = bench.serve([&](test::Connection& connection, int) -> asio::awaitable<void> {
    seen = co_await connection.request();
    (void)co_await connection.send(http_answer("ok"));
  });
  auto endpoint = change(bench.endpoint_of(server));
  REQUIRE(bench.send(endpoint, std::move(request)).answer.has_value());
  const auto port = ":" + std::to_string(server.port());
  if (const auto at = seen.find(port); at != std::string::npos) seen.replace(at, port.size(), ":PORT");
  return seen;
}

TEST_CASE("The request has the prefix of the endpoint, its headers and the type and length of its body") {
  const auto with_headers = [](Endpoint endpoint) {
    Endpoint changed(Url::parse(endpoint.url.text() + "/prefix").value());
    changed.headers.push_back({"Authorization", Secret("Bearer geheim")});
    changed.headers.push_back({"X-Scope-OrgID", Secret("shop")});
    return changed;
  };
  CHECK(request_seen(with_headers, HttpRequest("POST", "/v1/logs?a=b", "application/json", "{}")) ==
        "POST /prefix/v1/logs?a=b HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: lgtmwatch/" LGTMWATCH_VERSION
        "\r\nAuthorization: Bearer geheim\r\nX-Scope-OrgID: shop\r\nContent-Type: application/json\r\n"
        "Content-Length: 2\r\nAccept-Encoding: gzip\r\n\r\n");
}

TEST_CASE("A request on a connection of its own says that it will be closed") {
  const auto unchanged = [](Endpoint endpoint) { return endpoint; };
  CHECK(request_seen(unchanged, fresh_request("/ready")) ==
        "GET /ready HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: lgtmwatch/" LGTMWATCH_VERSION
        "\r\nConnection: close\r\n\r\n");
  CHECK_THAT(request_seen(unchanged, HttpRequest("POST", "/x", "", "")), Catch::Contains("\r\nContent-Length: 0\r\n"));
}

TEST_CASE("Each phase of a fresh connection is timed, and they add up to no more than the whole") {
  NetBench bench;
  const auto begin = steady_now();
  const auto exchange = bench.ask(answers_and_closes(http_answer("ready")));
  const auto whole = steady_now() - begin;
  REQUIRE(exchange.answer.has_value());
  Duration sum{};
  for (const auto phase : {Phase::resolve, Phase::connect, Phase::write, Phase::first_byte, Phase::read}) {
    CAPTURE(to_string(phase));
    REQUIRE(exchange.phases[phase].has_value());
    CHECK(*exchange.phases[phase] >= Duration::zero());
    sum += *exchange.phases[phase];
  }
  CHECK(sum <= whole);
  CHECK_FALSE(exchange.phases[Phase::tls].has_value());
  CHECK(exchange.remote == "127.0.0.1:" + std::to_string(bench.servers[0]->port()));
}

TEST_CASE("A unix socket is spoken to as any other server") {
  const TempDir directory;
  const auto path = directory.file("server.sock");
  NetBench bench;
  std::string seen;
  bench.serve_unix(
      [&](test::Connection& connection, int) -> asio::awaitable<void> {
        seen = co_await connection.request();
        (void)co_await connection.send(http_answer("from the socket"));
      },
      path);
  const auto exchange = bench.send(Endpoint(Url::parse("unix://" + path).value()), fresh_request("/x"));
  CHECK(exchange.answer.value().body == "from the socket");
  CHECK(exchange.remote == "unix:" + path);
  CHECK_THAT(seen, Catch::Contains("\r\nHost: localhost\r\n"));
}

TEST_CASE("A unix socket that cannot be used is an error that names it") {
  const TempDir directory;
  NetBench bench;
  const auto absent = directory.file("absent.sock");
  const auto exchange = bench.send(Endpoint(Url::parse("unix://" + absent).value()), fresh_request());
  REQUIRE(exchange.answer.has_error());
  CHECK(exchange.answer.error().what == "there is no socket at unix:" + absent);
  CHECK(exchange.answer.error().reason == Reason::refused);
  const auto endless = directory.file(std::string(200, 'x'));
  const auto too_long = bench.send(Endpoint(Url::parse("unix://" + endless).value()), fresh_request());
  CHECK(too_long.answer.error().what == "the socket path " + endless + " is too long");
}

bool has_ipv6_loopback() {
  asio::io_context io;
  boost::system::error_code code;
  asio::ip::tcp::acceptor acceptor(io);
  const asio::ip::tcp::endpoint endpoint(asio::ip::address_v6::loopback(), 0);
  acceptor.open(endpoint.protocol(), code);
  if (!code) acceptor.bind(endpoint, code);
  return !code;
}

TEST_CASE("An IPv6 address is spoken to, and written with brackets", "[ipv6]") {
  if (!has_ipv6_loopback()) {
    WARN("SKIPPED: this machine has no [::1]");
    return;
  }
  NetBench bench;
  std::string seen;
  const auto& server = bench.serve(
      [&](test::Connection& connection, int) -> asio::awaitable<void> {
        seen = co_await connection.request();
        (void)co_await connection.send(http_answer("six"));
      },
      "::1");
  const auto address = "[::1]:" + std::to_string(server.port());
  const auto exchange = bench.send(Endpoint(Url::parse("http://" + address).value()), fresh_request());
  CHECK(exchange.answer.value().body == "six");
  CHECK(exchange.remote == address);
  CHECK_THAT(seen, Catch::Contains("\r\nHost: " + address + "\r\n"));
}

}  // namespace
