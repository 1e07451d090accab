#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

#include "daemon/commands/child_process.hpp"
#include "daemon/net/grpc_client.hpp"
#include "tests/net/certificates.hpp"
#include "tests/net/raw_server.hpp"
#include "tests/support/run.hpp"
#include "tests/support/source_dir.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;

// Google's own server, from Debian's python3-grpcio.
class Peer {
 public:
  explicit Peer(std::vector<std::string> arguments = {}) : child_(start(std::move(arguments))) {
    const auto line = child_.read_line(30s);
    REQUIRE(line.has_value());
    port_ = *line;
  }
  Endpoint endpoint(const std::string& scheme = "http") const {
    return Endpoint(Url::parse(scheme + "://127.0.0.1:" + port_).value());
  }

 private:
  static ChildProcess start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {LGTMWATCH_TEST_PYTHON, source_dir() + "/tests/net/grpc_peer.py"});
    std::array<char*, 1> no_environment{nullptr};
    auto child = ChildProcess::start(arguments, no_environment.data());
    REQUIRE(child.has_value());
    return std::move(*child);
  }

  ChildProcess child_;
  std::string port_;
};

struct PeerBench : NetBench {
  Result<GrpcResponse> call(const Endpoint& endpoint, const std::string& method, const std::string& message = "") {
    const GrpcRequest request("/test.Service/" + method, message);
    exchange.emplace(run_to_end(io, grpc->call(endpoint, request, Deadline(steady_now() + 20s))));
    return exchange->answer;
  }

  std::unique_ptr<GrpcClient> grpc = make_grpc_client(io.get_executor(), *resolver);
  std::optional<GrpcExchange> exchange;
};

std::vector<std::string> tls_arguments() {
  return {certificates().certificate("server"), certificates().key("server")};
}

TEST_CASE("A real server takes messages of every size and gives them back") {
  const Peer peer;
  PeerBench bench;
  for (const std::size_t size : {1, 100, 70'000, 1'000'000}) {
    const auto message = std::string(size, 'x');
    const auto answer = bench.call(peer.endpoint(), "Echo", message);
    REQUIRE(answer.has_value());
    CHECK(answer->status == 0);
    CHECK(answer->message == message);
    CHECK(bench.exchange->phases[Phase::first_byte].has_value());
  }
  const auto too_long = bench.call(peer.endpoint(), "Echo", std::string(1'100'000, 'x'));
  REQUIRE(too_long.has_error());
  CHECK(too_long.error().reason == Reason::too_large);
}

TEST_CASE("A real server reads the configured headers as metadata, and none that gRPC keeps for itself") {
  const Peer peer;
  PeerBench bench;
  auto endpoint = peer.endpoint();
  endpoint.headers.push_back({"X-Scope-OrgID", Secret("team-a")});
  endpoint.headers.push_back({"Authorization", Secret("Bearer secret")});
  endpoint.headers.push_back({"Connection", Secret("close")});
  const auto answer = bench.call(endpoint, "Echo");
  REQUIRE(answer.has_value());
  CHECK_THAT(answer->message, Catch::Contains("x-scope-orgid=team-a\n"));
  CHECK_THAT(answer->message, Catch::Contains("authorization=Bearer secret\n"));
  CHECK_THAT(answer->message, Catch::Contains("user-agent=lgtmwatch/"));
  CHECK_THAT(answer->message, !Catch::Contains("connection="));
}

TEST_CASE("The status of a real server and its sentence come through") {
  const Peer peer;
  PeerBench bench;
  const auto refused = bench.call(peer.endpoint(), "Refuse").value();
  CHECK(refused.status == 14);
  CHECK(refused.status_message == "100% voll: \xc3\xa4");
  CHECK(bench.call(peer.endpoint(), "Unknown").value().status == 12);
}

TEST_CASE("A real server with TLS is trusted as configured") {
  const Peer peer(tls_arguments());
  PeerBench bench;
  auto endpoint = peer.endpoint("https");
  endpoint.tls.ca_file = certificates().certificate("ca");
  CHECK(bench.call(endpoint, "Echo", "x").value().message == "x");
  CHECK(bench.exchange->phases[Phase::tls].has_value());

  endpoint.tls.ca_file = certificates().certificate("other");
  CHECK(bench.call(endpoint, "Echo").error().reason == Reason::tls);
}

TEST_CASE("A real server with TLS does not take plain gRPC, and that is told") {
  const Peer peer(tls_arguments());
  PeerBench bench;
  const auto answer = bench.call(peer.endpoint("http"), "Echo");
  REQUIRE(answer.has_error());
  CHECK(answer.error().reason == Reason::tls);
  CHECK_THAT(answer.error().what, Catch::EndsWith(" expects TLS"));
}

// As servers in Go do: what does not begin with a handshake is closed without an alert.
asio::awaitable<void> closes_without_tls(test::Connection& connection, int) {
  std::array<unsigned char, 1> first{};
  co_await connection.socket().async_receive(asio::buffer(first), asio::socket_base::message_peek, asio::use_awaitable);
  constexpr unsigned char handshake = 0x16;
  if (first[0] != handshake) co_return;
  asio::ssl::context context(asio::ssl::context::tls_server);
  context.use_certificate_chain_file(certificates().certificate("server"));
  context.use_private_key_file(certificates().key("server"), asio::ssl::context::pem);
  asio::ssl::stream<Protocol::socket&> stream(connection.socket(), context);
  (void)co_await stream.async_handshake(asio::ssl::stream_base::server, asio::as_tuple(asio::use_awaitable));
  co_await connection.until_closed();
}

TEST_CASE("A TLS port that closes without a word is known by a handshake") {
  PeerBench bench;
  const auto& server = bench.serve(closes_without_tls);
  const auto answer = bench.call(bench.endpoint_of(server), "Echo");
  REQUIRE(answer.has_error());
  CHECK(answer.error().reason == Reason::tls);
  CHECK(answer.error().what == bench.exchange->remote + " expects TLS");
  CHECK(server.connections == 2);
}

TEST_CASE("A real server that asks for a certificate gets the one that is configured") {
  auto arguments = tls_arguments();
  arguments.push_back(certificates().certificate("ca"));
  const Peer peer(arguments);
  PeerBench bench;
  auto endpoint = peer.endpoint("https");
  endpoint.tls.ca_file = certificates().certificate("ca");
  CHECK(bench.call(endpoint, "Echo").has_error());
  endpoint.tls.cert_file = certificates().certificate("client");
  endpoint.tls.key_file = certificates().key("client");
  CHECK(bench.call(endpoint, "Echo", "x").value().message == "x");
}

}  // namespace
