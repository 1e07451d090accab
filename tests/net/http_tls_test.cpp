#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <optional>

#include "daemon/net/http_client.hpp"
#include "tests/net/certificates.hpp"
#include "tests/net/raw_server.hpp"
#include "tests/support/run.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

struct TlsServer {
  bool asks_for_certificate = false;
  std::string answer = http_answer("secret");
  const char* ciphers = nullptr;  // of TLS 1.2, which is then the only version
};

ssl::context context_of(const TlsServer& server) {
  ssl::context context(ssl::context::tls_server);
  context.use_certificate_chain_file(certificates().certificate("server"));
  context.use_private_key_file(certificates().key("server"), ssl::context::pem);
  context.load_verify_file(certificates().certificate("ca"));
  if (server.asks_for_certificate) context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
  if (server.ciphers) {
    SSL_CTX_set_max_proto_version(context.native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context.native_handle(), server.ciphers);
  }
  return context;
}

// Answers every request of a connection; then closes without the close_notify of TLS.
asio::awaitable<void> converse(test::Connection& connection, const TlsServer& server) {
  auto context = context_of(server);
  ssl::stream<Protocol::socket&> stream(connection.socket(), context);
  auto [failed] = co_await stream.async_handshake(ssl::stream_base::server, as_tuple);
  std::string buffer;
  while (!failed) {
    auto [code, size] = co_await asio::async_read_until(stream, asio::dynamic_buffer(buffer), "\r\n\r\n", as_tuple);
    if (code) co_return;
    buffer.erase(0, size);
    auto [unsent, sent] = co_await asio::async_write(stream, asio::buffer(server.answer), as_tuple);
    (void)sent;
    const bool until_eof = server.answer.find("Content-Length") == std::string::npos;
    if (unsent || until_eof) co_return;
  }
}

struct TlsBench : NetBench {
  explicit TlsBench(TlsServer server_ = {}) : tls_server(server_) {
    serve([this](test::Connection& connection, int) { return converse(connection, tls_server); });
  }

  HttpExchange ask(const TlsSettings& settings, HttpRequest request = fresh_request()) {
    auto endpoint = endpoint_of(*servers[0], "https");
    endpoint.tls = settings;
    return send(endpoint, std::move(request));
  }

  TlsServer tls_server;
};

TlsSettings trusting(const std::string& authority) {
  TlsSettings settings;
  settings.ca_file = certificates().certificate(authority);
  return settings;
}

TEST_CASE("A server whose certificate the authority signed is trusted, and the handshake is timed") {
  TlsBench bench;
  const auto exchange = bench.ask(trusting("ca"));
  REQUIRE(exchange.answer.has_value());
  CHECK(exchange.answer->body == "secret");
  CHECK(exchange.phases[Phase::tls].has_value());
  CHECK(exchange.phases[Phase::connect].has_value());
}

TEST_CASE("The name that is checked can be set, where the address is not in the certificate") {
  auto settings = trusting("ca");
  settings.server_name = "loki.test";
  TlsBench bench;
  CHECK(bench.ask(settings).answer.has_value());
}

TEST_CASE("What cannot be trusted is an error of TLS that names the address") {
  auto wrong_name = trusting("ca");
  wrong_name.server_name = "tempo.test";
  auto wrong_address = wrong_name;
  wrong_address.server_name = "127.0.0.2";
  struct Case {
    const char* name;
    TlsSettings settings;
    const char* why;
    const char* hint;
  };
  const std::vector<Case> cases{
      {"wrong authority", trusting("other"), "self-signed certificate in certificate chain", "set tls.ca_file to"},
      {"the system's authorities", TlsSettings(), "self-signed certificate in certificate chain", "set tls.ca_file to"},
      {"wrong name", wrong_name, "hostname mismatch: it is not made for 'tempo.test', but for loki.test, 127.0.0.1",
       "set tls.server_name to"},
      {"wrong address", wrong_address,
       "IP address mismatch: it is not made for '127.0.0.2', but for loki.test, 127.0.0.1", "set tls.server_name to"}};
  for (const auto& test_case : cases) {
    CAPTURE(test_case.name);
    TlsBench bench;
    const auto exchange = bench.ask(test_case.settings);
    REQUIRE(exchange.answer.has_error());
    const auto& error = exchange.answer.error();
    CHECK(error.reason == Reason::tls);
    CHECK(error.phase == Phase::tls);
    CHECK_THAT(error.what, Catch::StartsWith("the TLS handshake with " + exchange.remote + " failed: "));
    CHECK_THAT(error.what, Catch::EndsWith(std::string("certificate verify failed: ") + test_case.why));
    CHECK_THAT(error.hint, Catch::StartsWith(test_case.hint));
    CHECK_FALSE(exchange.phases[Phase::tls].has_value());
  }
}

TEST_CASE("Whatever certificate is taken where it is said that none is verified") {
  auto settings = trusting("other");
  settings.server_name = "tempo.test";
  settings.insecure_skip_verify = true;
  TlsBench bench;
  CHECK(bench.ask(settings).answer.has_value());
}

TEST_CASE("A port without TLS is told as such") {
  const std::string answer =
      GENERATE(as<std::string>(), "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n");
  NetBench bench;
  const auto& server = bench.serve([answer](test::Connection& connection, int) -> asio::awaitable<void> {
    (void)co_await connection.send(answer);
    co_await connection.until_closed();
  });
  const auto exchange = bench.send(bench.endpoint_of(server, "https"), fresh_request());
  REQUIRE(exchange.answer.has_error());
  CHECK(exchange.answer.error().reason == Reason::tls);
  CHECK(exchange.answer.error().what == exchange.remote + " does not speak TLS");
  CHECK(exchange.answer.error().hint == "use http:// or the TLS port of the component");
}

TEST_CASE("A server that closes within the handshake is told as that") {
  NetBench bench;
  const auto& server = bench.serve([](test::Connection&, int) -> asio::awaitable<void> { co_return; });
  const auto exchange = bench.send(bench.endpoint_of(server, "https"), fresh_request());
  REQUIRE(exchange.answer.has_error());
  CHECK(exchange.answer.error().phase == Phase::tls);
  CHECK(exchange.answer.error().reason == Reason::reset);
}

TEST_CASE("A server that shares no cipher is an error of TLS") {
  TlsServer server;
  server.ciphers = "NULL-SHA256:@SECLEVEL=0";
  TlsBench bench(server);
  const auto exchange = bench.ask(trusting("ca"));
  REQUIRE(exchange.answer.has_error());
  CHECK(exchange.answer.error().reason == Reason::tls);
}

TEST_CASE("A server that asks for a certificate gets the one that is configured") {
  TlsServer server;
  server.asks_for_certificate = true;
  TlsBench bench(server);
  auto settings = trusting("ca");
  settings.cert_file = certificates().certificate("client");
  settings.key_file = certificates().key("client");
  CHECK(bench.ask(settings).answer.has_value());
}

TEST_CASE("Without the certificate that a server asks for the error is one of TLS") {
  for (const char* ciphers : {static_cast<const char*>(nullptr), "DEFAULT"}) {
    TlsServer server;
    server.asks_for_certificate = true;
    server.ciphers = ciphers;  // with TLS 1.3 the refusal comes only after the handshake
    TlsBench bench(server);
    const auto exchange = bench.ask(trusting("ca"));
    REQUIRE(exchange.answer.has_error());
    CHECK(exchange.answer.error().reason == Reason::tls);
    CHECK_THAT(exchange.answer.error().what, Catch::Contains(exchange.remote));
  }
}

TEST_CASE("Files that cannot be used are named in the error") {
  auto no_authority = trusting("ca");
  no_authority.ca_file = "/nowhere/ca.pem";
  auto no_certificate = trusting("ca");
  no_certificate.cert_file = "/nowhere/cert.pem";
  auto wrong_key = trusting("ca");
  wrong_key.cert_file = certificates().certificate("client");
  wrong_key.key_file = certificates().key("other");
  const std::vector<std::pair<TlsSettings, std::string>> cases{
      {no_authority, "tls.ca_file /nowhere/ca.pem cannot be used: "},
      {no_certificate, "tls.cert_file /nowhere/cert.pem cannot be used: "},
      {wrong_key, "tls.key_file " + certificates().key("other") + " cannot be used: "}};
  for (const auto& [settings, what] : cases) {
    TlsBench bench;
    const auto exchange = bench.ask(settings);
    REQUIRE(exchange.answer.has_error());
    CHECK(exchange.answer.error().reason == Reason::tls);
    CHECK_THAT(exchange.answer.error().what, Catch::StartsWith(what));
    CHECK(bench.servers[0]->connections == 0);
  }
}

TEST_CASE("A connection with TLS is used again, but not with other settings") {
  TlsBench bench;
  auto named = trusting("ca");
  named.server_name = "loki.test";
  for (int i = 0; i < 2; ++i) {
    const auto exchange = bench.ask(trusting("ca"), HttpRequest("/"));
    REQUIRE(exchange.answer.has_value());
    CHECK(exchange.phases[Phase::tls].has_value() == (i == 0));
  }
  CHECK(bench.servers[0]->connections == 1);
  CHECK(bench.ask(named, HttpRequest("/")).phases[Phase::tls].has_value());
  CHECK(bench.servers[0]->connections == 2);
}

TEST_CASE("Certificates that were renewed make a new connection, with what the files hold now") {
  TlsBench bench;
  TempDir directory;
  auto settings = trusting("ca");
  settings.ca_file = directory.file("ca.pem");
  std::filesystem::copy_file(certificates().certificate("other"), settings.ca_file);
  CHECK(bench.ask(settings, HttpRequest("/")).answer.has_error());
  std::filesystem::copy_file(certificates().certificate("ca"), settings.ca_file,
                             std::filesystem::copy_options::overwrite_existing);
  CHECK(bench.ask(settings, HttpRequest("/")).answer.has_error());  // the files are not read for every connection
  settings.fingerprint = 1;
  CHECK(bench.ask(settings, HttpRequest("/")).answer.has_value());
  const auto before = bench.servers[0]->connections;
  settings.fingerprint = 2;
  CHECK(bench.ask(settings, HttpRequest("/")).phases[Phase::tls].has_value());
  CHECK(bench.servers[0]->connections == before + 1);
}

TEST_CASE("A handshake that hangs ends at once when it is cancelled") {
  NetBench bench;
  TaskGroup asking(bench.io.get_executor(), rethrow);
  const auto& server = bench.serve([&](test::Connection& connection, int) -> asio::awaitable<void> {
    asking.cancel();
    co_await connection.until_closed();
  });
  const auto endpoint = bench.endpoint_of(server, "https");
  bool answered = false;
  const auto ask = [&]() -> asio::awaitable<void> {
    (void)co_await bench.http->send(endpoint, fresh_request(), Deadline(steady_now() + 50s));
    answered = true;
  };
  asking.spawn(ask());
  const auto started = steady_now();
  run_to_end(bench.io, asking.join());
  CHECK_FALSE(answered);
  CHECK(steady_now() - started < 5s);
}

TEST_CASE("A body without length that ends without the goodbye of TLS may have been cut off, and is an error") {
  TlsServer server;
  server.answer = "HTTP/1.1 200 OK\r\n\r\nall of it?";
  TlsBench bench(server);
  const auto exchange = bench.ask(trusting("ca"));
  REQUIRE(exchange.answer.has_error());
  CHECK(exchange.answer.error().reason == Reason::reset);
}

}  // namespace
