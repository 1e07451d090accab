#include "daemon/net/proxy.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

#include "tests/net/raw_server.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;

Endpoint through(const std::string& url, std::uint16_t proxy_port) {
  Endpoint endpoint(Url::parse(url).value());
  endpoint.proxy = Url::parse("http://127.0.0.1:" + std::to_string(proxy_port)).value();
  return endpoint;
}

// A bench with a proxy that notes what it was asked and talks as it is told.
struct ProxyBench : NetBench {
  explicit ProxyBench(Conversation talk) {
    serve([this, talk](test::Connection& connection, int number) -> asio::awaitable<void> {
      const auto request = co_await connection.request();
      asked.push_back(request);
      co_await talk(connection, number);
    });
  }
  HttpExchange ask(const std::string& url, Duration patience = 20s) {
    return send(through(url, servers[0]->port()), fresh_request("/ready?x=1"), patience);
  }
  std::string proxy() const { return "127.0.0.1:" + std::to_string(servers[0]->port()); }

  std::vector<std::string> asked;
};

Conversation says(const std::string& bytes) {
  return [bytes](test::Connection& connection, int) -> asio::awaitable<void> {
    (void)co_await connection.send(bytes);
    co_await connection.until_closed();
  };
}

const auto hangs = says("");

TEST_CASE("A plain request goes to the proxy with the whole URL, whose name the proxy resolves") {
  ProxyBench bench(says(http_answer("ready")));
  auto endpoint = through("http://loki.nowhere.test:3100/prefix", bench.servers[0]->port());
  endpoint.proxy_authorization = Secret("Basic c2VjcmV0");
  const auto exchange = bench.send(endpoint, fresh_request("/ready?x=1"));
  REQUIRE(exchange.answer.has_value());
  CHECK(exchange.answer->body == "ready");
  CHECK(exchange.remote == bench.proxy());
  CHECK_THAT(bench.asked.at(0), Catch::StartsWith("GET http://loki.nowhere.test:3100/prefix/ready?x=1 HTTP/1.1\r\n"
                                                  "Host: loki.nowhere.test:3100\r\n"));
  CHECK_THAT(bench.asked[0], Catch::Contains("\r\nProxy-Authorization: Basic c2VjcmV0\r\n"));
}

TEST_CASE("Connections through different proxies, or none, are not shared") {
  NetBench bench;
  const auto& first = bench.serve(keeps_answering(http_answer("first")));
  const auto& second = bench.serve(keeps_answering(http_answer("second")));
  const std::string url = "http://127.0.0.1:" + std::to_string(second.port());
  CHECK(bench.send(through(url, first.port()), HttpRequest("/")).answer.value().body == "first");
  CHECK(bench.send(Endpoint(Url::parse(url).value()), HttpRequest("/")).answer.value().body == "second");
  CHECK(bench.send(through(url, first.port()), HttpRequest("/")).answer.value().body == "first");
  CHECK(first.connections == 1);
}

TEST_CASE("What asks for TLS goes through a tunnel, in which TLS begins") {
  std::string hello;
  ProxyBench bench([&](test::Connection& connection, int) -> asio::awaitable<void> {
    (void)co_await connection.send("HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n");
    std::array<char, 3> first{};
    (void)co_await connection.socket().async_read_some(asio::buffer(first), asio::use_awaitable);
    hello.assign(first.data(), first.size());
    connection.reset();
  });
  const auto exchange = bench.ask("https://loki.nowhere.test:3100");
  CHECK(bench.asked.at(0).substr(0, 66) == "CONNECT loki.nowhere.test:3100 HTTP/1.1\r\nHost: loki.nowhere.test:3");
  CHECK(hello == std::string("\x16\x03\x01", 3));
  REQUIRE(exchange.answer.has_error());
  CHECK(exchange.answer.error().phase == Phase::tls);
  CHECK_THAT(exchange.answer.error().what,
             Catch::StartsWith("loki.nowhere.test:3100 (through the proxy " + bench.proxy() + ") closed"));
  CHECK(exchange.phases[Phase::connect].has_value());
}

TEST_CASE("A proxy that has no way to the target is not the target that refuses") {
  struct Case {
    const char* url;
    std::string answer;
    Reason reason;
    std::string what;
  };
  const std::string reach = "the proxy PROXY cannot reach ";
  const std::string tiny = "Server: tinyproxy/1.11.1\r\n";
  const std::vector<Case> cases{{"https://loki:3100", http_answer("", "", "502 Bad Gateway"), Reason::unreachable,
                                 reach + "loki:3100: it answered 502 Bad Gateway"},
                                {"https://loki:3100", http_answer("", "", "500 Unable to connect"), Reason::unreachable,
                                 reach + "loki:3100: it answered 500 Unable to connect"},
                                {"https://loki:3100", http_answer("", "", "403 Access violation"), Reason::unreachable,
                                 reach + "loki:3100: it answered 403 Access violation"},
                                {"https://loki:3100", http_answer("", "", "407 Proxy Authentication Required"),
                                 Reason::auth, "the proxy PROXY asks for credentials on the way to loki:3100"},
                                {"https://loki:3100", "SSH-2.0-OpenSSH_9.2\r\n\r\n", Reason::protocol,
                                 "PROXY does not answer as an HTTP proxy does: \"SSH-2.0-OpenSSH_9.2\""},
                                {"http://loki:3100", http_answer("", "", "407 Proxy Authentication Required"),
                                 Reason::auth, "the proxy PROXY asks for credentials on the way to loki:3100"},
                                {"http://loki:3100", http_answer("", tiny, "500 Unable to connect"),
                                 Reason::unreachable, reach + "loki:3100: it answered 500"}};
  for (const auto& test_case : cases) {
    CAPTURE(test_case.url, test_case.answer);
    ProxyBench bench(says(test_case.answer));
    const auto exchange = bench.ask(test_case.url);
    REQUIRE(exchange.answer.has_error());
    auto expected = test_case.what;
    expected.replace(expected.find("PROXY"), 5, bench.proxy());
    CHECK(exchange.answer.error().what == expected);
    CHECK(to_string(exchange.answer.error().reason) == to_string(test_case.reason));
    CHECK(exchange.answer.error().phase == Phase::connect);
  }
}

TEST_CASE("A status of the target that comes through a proxy is an answer") {
  ProxyBench bench(says(http_answer("Ingester not ready", "Via: 1.1 tinyproxy\r\n", "503 Service Unavailable")));
  CHECK(bench.ask("http://loki:3100").answer.value().status == 503);
}

TEST_CASE("A proxy that hangs, refuses or does not resolve is told as such") {
  ProxyBench bench(hangs);
  const auto hung = bench.ask("https://loki:3100", 200ms).answer;
  REQUIRE(hung.has_error());
  CHECK_THAT(hung.error().what,
             Catch::StartsWith("the proxy " + bench.proxy() + " did not connect to loki:3100 within"));
  CHECK(hung.error().reason == Reason::timeout);

  const auto silent = bench.ask("http://loki:3100", 200ms).answer;
  REQUIRE(silent.has_error());
  CHECK_THAT(silent.error().what,
             Catch::StartsWith("no answer from loki:3100 (through the proxy " + bench.proxy() + ") within"));

  const auto refused = bench.send(through("https://loki:3100", 1), fresh_request()).answer;
  REQUIRE(refused.has_error());
  CHECK(refused.error().what ==
        "the proxy on the way to loki:3100 cannot be used: 127.0.0.1:1 refused the connection: nothing listens there");
  CHECK(refused.error().reason == Reason::refused);

  auto nameless = through("http://loki:3100", 1);
  nameless.proxy = Url::parse("http://proxy.invalid:3128").value();
  const auto unknown = bench.send(nameless, fresh_request()).answer;
  REQUIRE(unknown.has_error());
  CHECK_THAT(unknown.error().what, Catch::StartsWith("the proxy on the way to loki:3100 cannot be used: the name"));
  CHECK(unknown.error().reason == Reason::dns);
}

TEST_CASE("A proxy that closes, or that sends a head without end, is told as such") {
  ProxyBench closing([](test::Connection& connection, int) -> asio::awaitable<void> {
    connection.reset();
    co_return;
  });
  const auto closed = closing.ask("https://loki:3100").answer;
  REQUIRE(closed.has_error());
  CHECK(closed.error().reason == Reason::reset);
  CHECK_THAT(closed.error().what, Catch::StartsWith("the proxy on the way to loki:3100 cannot be used: "));

  ProxyBench endless(says("HTTX" + std::string(100'000, 'z')));
  const auto long_winded = endless.ask("https://loki:3100").answer;
  REQUIRE(long_winded.has_error());
  CHECK(long_winded.error().reason == Reason::protocol);
  CHECK(long_winded.error().what.size() < 300);
}

TEST_CASE("A unix socket is never reached through a proxy") {
  NetBench bench;
  TempDir directory;
  const auto path = directory.file("loki.sock");
  bench.serve_unix(answers_and_closes(http_answer("ready")), path);
  const auto answer = bench.send(through("unix://" + path, 1), fresh_request()).answer;
  REQUIRE(answer.has_value());
  CHECK(answer->body == "ready");
}

}  // namespace
