#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "daemon/base/task_group.hpp"
#include "daemon/net/http_server.hpp"
#include "tests/net/certificates.hpp"
#include "tests/support/run.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
using Catch::Contains;
namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::string_view request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

std::string content_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

ServerTlsSettings settings_of(const std::string& name = "server") {
  ServerTlsSettings settings;
  settings.certificate = content_of(certificates().certificate(name));
  settings.key = Secret(content_of(certificates().key(name)));
  return settings;
}

ServerTlsSettings asking_for_clients() {
  auto settings = settings_of();
  settings.client = ClientCertificate::required_and_verified;
  settings.client_ca = content_of(certificates().certificate("ca"));
  return settings;
}

asio::awaitable<ServerResponse> greet(ServerRequest) { co_return ServerResponse(200, "text/plain", "hello"); }

// One that shows this certificate, or none.
ssl::context client_of(const std::string& shown = "") {
  ssl::context context(ssl::context::tls_client);
  context.load_verify_file(certificates().certificate("ca"));
  context.set_verify_mode(ssl::verify_peer);
  if (shown.empty()) return context;
  context.use_certificate_chain_file(certificates().certificate(shown));
  context.use_private_key_file(certificates().key(shown), ssl::context::pem);
  return context;
}

struct Door {
  explicit Door(const ServerTlsSettings& settings, ServerOptions options = {})
      : server(*make_http_server(io.get_executor(), "127.0.0.1:0", options)) {
    server->use_tls(make_server_tls(settings).value());
    serving.spawn(server->serve(greet));
  }
  ~Door() {
    serving.cancel();
    run_to_end(io, serving.join());
  }

  std::string ask(ssl::context client = client_of()) { return run_to_end(io, asking(std::move(client))); }
  std::string ask_in_the_clear(std::string bytes) { return run_to_end(io, speaking(std::move(bytes))); }

  std::string version;  // of the last handshake
  asio::io_context io{1};

 private:
  // What was answered, or the error.
  asio::awaitable<std::string> asking(ssl::context client) {
    ssl::stream<tcp::socket> stream(io, client);
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), server->port());
    co_await stream.next_layer().async_connect(endpoint, asio::use_awaitable);
    auto [failed] = co_await stream.async_handshake(ssl::stream_base::client, as_tuple);
    if (failed) co_return failed.message();
    version = SSL_get_version(stream.native_handle());
    co_await asio::async_write(stream, asio::buffer(request), as_tuple);
    std::string answer;
    auto [code, size] = co_await asio::async_read(stream, asio::dynamic_buffer(answer), as_tuple);
    (void)size;
    co_return code == asio::error::eof ? answer : code.message();
  }

  asio::awaitable<std::string> speaking(std::string bytes) {
    tcp::socket socket(io);
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), server->port());
    co_await socket.async_connect(endpoint, asio::use_awaitable);
    co_await asio::async_write(socket, asio::buffer(bytes), as_tuple);
    std::string answer;
    co_await asio::async_read(socket, asio::dynamic_buffer(answer), as_tuple);
    co_return answer;
  }

 public:
  std::unique_ptr<HttpServer> server;
  TaskGroup serving{io.get_executor(), rethrow};
};

TEST_CASE("A server with TLS answers as one without, and ends the connection in order") {
  Door door(settings_of());
  CHECK_THAT(door.ask(), Catch::StartsWith("HTTP/1.1 200 OK\r\n") && Catch::EndsWith("hello"));
  CHECK(door.version == "TLSv1.3");
}

TEST_CASE("The highest version of TLS can be limited") {
  auto settings = settings_of();
  settings.most = TlsVersion::tls12;
  Door door(settings);
  CHECK_THAT(door.ask(), Catch::EndsWith("hello"));
  CHECK(door.version == "TLSv1.2");
}

TEST_CASE("A client without a certificate, or with one of a stranger, is not let in where it is verified") {
  Door door(asking_for_clients());
  CHECK_THAT(door.ask(client_of("client")), Catch::EndsWith("hello"));
  CHECK_THAT(door.ask(), Contains("certificate required"));
  CHECK_THAT(door.ask(client_of("other")), Contains("unknown ca") || Contains("bad certificate"));
}

TEST_CASE("A certificate that need not be given is verified where it is") {
  auto settings = asking_for_clients();
  settings.client = ClientCertificate::verified_if_given;
  Door door(settings);
  CHECK_THAT(door.ask(), Catch::EndsWith("hello"));
  CHECK_THAT(door.ask(client_of("client")), Catch::EndsWith("hello"));
  CHECK_THAT(door.ask(client_of("other")), Contains("unknown ca") || Contains("bad certificate"));
}

TEST_CASE("Where any certificate is taken there must be one") {
  auto settings = settings_of();
  settings.client = ClientCertificate::required;
  Door door(settings);
  CHECK_THAT(door.ask(), Contains("certificate required"));
  CHECK_THAT(door.ask(client_of("other")), Catch::EndsWith("hello"));
}

TEST_CASE("New settings hold for new connections") {
  Door door(asking_for_clients());
  CHECK_THAT(door.ask(), Contains("certificate required"));
  door.server->use_tls(make_server_tls(settings_of()).value());
  CHECK_THAT(door.ask(), Catch::EndsWith("hello"));
  door.server->use_tls(nullptr);
  CHECK_THAT(door.ask_in_the_clear(std::string(request)), Catch::EndsWith("hello"));
}

TEST_CASE("Who speaks HTTP to a server with TLS is told so") {
  Door door(settings_of());
  CHECK_THAT(door.ask_in_the_clear(std::string(request)),
             Catch::StartsWith("HTTP/1.0 400 ") && Contains("it is HTTPS that is spoken"));
  CHECK(door.ask_in_the_clear("SSH-2.0-x\r\n").find("400") == std::string::npos);
}

TEST_CASE("A handshake that goes nowhere is given up at its deadline") {
  ServerOptions options;
  options.handshake_timeout = 50ms;
  Door door(settings_of(), options);
  CHECK(door.ask_in_the_clear("").empty());
}

TEST_CASE("What cannot be used for TLS is named, and shows no key") {
  auto foreign = settings_of();
  foreign.key = Secret(content_of(certificates().key("client")));
  auto no_certificate = settings_of();
  no_certificate.certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  auto no_authority = asking_for_clients();
  no_authority.client_ca = no_certificate.certificate;
  CHECK_THAT(make_server_tls(foreign).error().what, Contains("key_file cannot be used: key values mismatch"));
  CHECK_THAT(make_server_tls(no_certificate).error().what, Contains("cert_file cannot be used"));
  CHECK_THAT(make_server_tls(no_authority).error().what, Contains("client_ca_file cannot be used"));
}

}  // namespace
