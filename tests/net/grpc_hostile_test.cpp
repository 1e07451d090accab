#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

#include "daemon/net/grpc_client.hpp"
#include "daemon/net/grpc_frame.hpp"
#include "tests/net/http2_bytes.hpp"
#include "tests/net/raw_server.hpp"
#include "tests/support/run.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
using namespace std::string_literals;
namespace asio = boost::asio;

const std::string method = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

struct GrpcBench : NetBench {
  GrpcExchange call(const Endpoint& endpoint, Duration patience = 20s) {
    return run_to_end(io, grpc->call(endpoint, GrpcRequest(method, ""), Deadline(steady_now() + patience)));
  }
  GrpcExchange ask(Conversation talk, Duration patience = 20s) {
    return call(endpoint_of(serve(std::move(talk))), patience);
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(servers.at(0)->port()); }

  std::unique_ptr<GrpcClient> grpc = make_grpc_client(io.get_executor(), *resolver);
};

std::string answer_with(const std::string& body, const std::vector<std::pair<std::string, std::string>>& trailers) {
  return settings + head(grpc_head) + frame(Frame::data, 0, 1, body) + head(trailers, end_of_stream);
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

struct HostileCase {
  const char* name;
  Conversation talk;
  Reason reason;
  Phase phase;
  std::string what;  // ADDRESS stands for the server; compared as far as it goes
};

std::string goaway(int code, const std::string& text, int last_stream = 0) {
  return frame(
      Frame::goaway, 0, 0,
      big_endian(static_cast<std::size_t>(last_stream), 4) + big_endian(static_cast<std::size_t>(code), 4) + text);
}

std::string reset_with(int code) { return frame(Frame::reset, 0, 1, big_endian(static_cast<std::size_t>(code), 4)); }

const std::string http1 = "ADDRESS speaks HTTP/1.1 where gRPC (HTTP/2) is expected";
const std::string no_word = "ADDRESS closed the connection before a word of HTTP/2 (gRPC)";
const std::string not_grpc = "ADDRESS speaks HTTP/2, but did not answer as gRPC does: status ";
const std::string broken = "the answer of ADDRESS breaks the rules of gRPC: ";
const std::string rules = "ADDRESS breaks the rules of HTTP/2";

const std::vector<HostileCase> before_settings{
    {"HTTP/1.1", answers_and_closes("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"), Reason::protocol,
     Phase::first_byte, http1},
    {"HTTP/1.0 in pieces", answers_and_closes("HTT"), Reason::protocol, Phase::first_byte, http1},
    {"a TLS alert", answers_and_stays("\x15\x03\x01\0\x02\x02\x46"s), Reason::tls, Phase::first_byte,
     "ADDRESS expects TLS"},
    {"another protocol", answers_and_stays("SSH-2.0-OpenSSH_9.2\r\n"), Reason::protocol, Phase::first_byte,
     "ADDRESS did not answer with HTTP/2 (gRPC)"},
    {"another frame first", answers_and_stays(frame(Frame::ping, 0, 0, "12345678")), Reason::protocol,
     Phase::first_byte, "ADDRESS did not answer with HTTP/2 (gRPC)"},
    {"nothing, and closes", answers_and_closes(""), Reason::reset, Phase::first_byte, no_word},
    {"closes within the settings", answers_and_closes(settings.substr(0, 5)), Reason::reset, Phase::first_byte,
     "ADDRESS closed the connection while lgtmwatch waited for the first byte of the answer"}};

const std::vector<HostileCase> instead_of_an_answer{
    {"closes behind its settings", answers_and_closes(settings), Reason::reset, Phase::first_byte,
     "ADDRESS closed the connection while lgtmwatch waited for the first byte of the answer"},
    {"goes away", answers_and_stays(settings + goaway(11, "too_many_pings")), Reason::limit, Phase::read,
     "ADDRESS ended the connection instead of answering: ENHANCE_YOUR_CALM: too_many_pings"},
    {"shuts down", answers_and_stays(settings + goaway(0, "")), Reason::reset, Phase::read,
     "ADDRESS ended the connection instead of answering: NO_ERROR"},
    {"resets the call", answers_and_stays(settings + reset_with(2)), Reason::protocol, Phase::read,
     "the call to ADDRESS was reset: INTERNAL_ERROR"},
    {"refuses the call", answers_and_stays(settings + reset_with(7)), Reason::reset, Phase::read,
     "the call to ADDRESS was reset: REFUSED_STREAM"},
    {"garbage behind its settings", answers_and_stays(settings + std::string(64, '\xee')), Reason::protocol,
     Phase::read, rules},
    {"compression that cannot be undone", answers_and_stays(settings + frame(Frame::headers, 5, 1, "\xff\xff\xff")),
     Reason::protocol, Phase::read, rules},
    {"pings without end", answers_and_stays(settings + repeated(frame(Frame::ping, 0, 0, "12345678"), 200'000)),
     Reason::too_large, Phase::read, "ADDRESS sends more beyond the limit of 1048576 bytes"},
    {"a header without end",
     answers_and_stays(
         settings + frame(Frame::headers, 0, 1, fields(grpc_head)) +
         repeated(frame(Frame::continuation, 0, 1, repeated(fields({{"x", std::string(120, 'y')}}), 100)), 20)),
     Reason::too_large, Phase::read, "ADDRESS sends a header beyond the limit of 65536 bytes"}};

const std::vector<HostileCase> bad_answers{
    {"a page",
     answers_and_stays(settings + head({{":status", "404"}, {"content-type", "text/plain"}}) +
                       frame(Frame::data, end_of_stream, 1, "404 page not found\n")),
     Reason::protocol, Phase::content, not_grpc + "404, content type 'text/plain': 404 page not found"},
    {"asks for credentials", answers_and_stays(settings + head({{":status", "401"}}, end_of_stream)), Reason::auth,
     Phase::content, not_grpc + "401, content type ''"},
    {"a gateway without backend", answers_and_stays(settings + head({{":status", "502"}}, end_of_stream)),
     Reason::http_status, Phase::content, not_grpc + "502"},
    {"no status", answers_and_stays(settings + head(grpc_head, end_of_stream)), Reason::protocol, Phase::content,
     broken + "it has no grpc-status"},
    {"success without a message", answers_and_stays(answer_with("", {{"grpc-status", "0"}})), Reason::protocol,
     Phase::content, broken + "there is no message in it"},
    {"a message cut off", answers_and_stays(answer_with("\0\0\0\0\x09half"s, {{"grpc-status", "0"}})), Reason::protocol,
     Phase::content, broken + "its message is said to have 9 bytes and has 4"},
    {"a message too long",
     answers_and_stays(settings + head(grpc_head) + repeated(frame(Frame::data, 0, 1, std::string(16'000, 'x')), 4) +
                       repeated(frame(Frame::data, 0, 1, std::string(16'000, 'x')), 70)),
     Reason::too_large, Phase::read, ""}};

void check_each(const std::vector<HostileCase>& cases) {
  for (const auto& test_case : cases) {
    CAPTURE(test_case.name);
    GrpcBench bench;
    const auto exchange = bench.ask(test_case.talk, 5s);
    REQUIRE(exchange.answer.has_error());
    const auto& error = exchange.answer.error();
    auto expected = test_case.what;
    if (const auto at = expected.find("ADDRESS"); at != std::string::npos) expected.replace(at, 7, bench.address());
    CHECK_THAT(error.what, Catch::StartsWith(expected));
    CHECK(to_string(error.reason) == to_string(test_case.reason));
    CHECK(to_string(error.phase) == to_string(test_case.phase));
    CHECK(exchange.phases[Phase::connect].has_value());
    CHECK(exchange.remote == bench.address());
  }
}

TEST_CASE("The first bytes tell what listens where gRPC is expected") { check_each(before_settings); }

TEST_CASE("What a gRPC server does instead of answering is told as what it is") { check_each(instead_of_an_answer); }

TEST_CASE("An answer that is none of gRPC is told as what it is") { check_each(bad_answers); }

TEST_CASE("Silence is a timeout of the first byte, with and without settings") {
  for (const auto& bytes : {""s, settings}) {
    GrpcBench bench;
    const auto exchange = bench.ask(answers_and_stays(bytes), 200ms);
    REQUIRE(exchange.answer.has_error());
    CHECK(exchange.answer.error().reason == Reason::timeout);
    CHECK(exchange.answer.error().phase == Phase::first_byte);
    // What was left of the 200 ms when the request began is what the sentence says.
    CHECK_THAT(exchange.answer.error().what, Catch::StartsWith("no answer from " + bench.address() + " within "));
    CHECK_THAT(exchange.answer.error().what, Catch::EndsWith("ms: waited for the first byte of the answer"));
  }
}

TEST_CASE("A closed port and a name that does not resolve are no silence") {
  GrpcBench bench;
  const auto refused = bench.call(Endpoint(Url::parse_endpoint("127.0.0.1:1").value())).answer;
  REQUIRE(refused.has_error());
  CHECK(refused.error().reason == Reason::refused);
  const auto nameless = bench.call(Endpoint(Url::parse_endpoint("alloy.invalid:4317").value())).answer;
  REQUIRE(nameless.has_error());
  CHECK(nameless.error().reason == Reason::dns);
}

TEST_CASE("An answer is taken whole, also from a server that says goodbye behind it") {
  GrpcBench bench;
  const auto bytes = answer_with(grpc_framed("\x0a\0"s), {{"grpc-status", "0"}}) + goaway(0, "", 1);
  const auto exchange = bench.ask(answers_and_closes(bytes));
  REQUIRE(exchange.answer.has_value());
  CHECK(exchange.answer->status == 0);
  CHECK(exchange.answer->message == "\x0a\0"s);
  CHECK(exchange.phases[Phase::first_byte].has_value());
  CHECK(exchange.phases[Phase::read].has_value());
}

TEST_CASE("A status without a body is an answer") {
  GrpcBench bench;
  auto fields = grpc_head;
  fields.emplace_back("grpc-status", "12");
  fields.emplace_back("grpc-message", "unknown service %22x%22");
  const auto exchange = bench.ask(answers_and_stays(settings + head(fields, end_of_stream)));
  REQUIRE(exchange.answer.has_value());
  CHECK(exchange.answer->status == 12);
  CHECK(exchange.answer->status_message == "unknown service \"x\"");
}

TEST_CASE("TLS that meets plain gRPC is told as such") {
  GrpcBench bench;
  const auto& server = bench.serve([](test::Connection& connection, int) -> asio::awaitable<void> {
    (void)co_await connection.send(settings);
    co_await connection.until_closed();
  });
  const auto exchange = bench.call(bench.endpoint_of(server, "https"));
  REQUIRE(exchange.answer.has_error());
  CHECK(exchange.answer.error().reason == Reason::tls);
  CHECK(exchange.answer.error().what == bench.address() + " does not speak TLS");
}

TEST_CASE("gRPC goes through a proxy in a tunnel, also without TLS") {
  GrpcBench bench;
  std::string asked;
  const auto bytes = answer_with(grpc_framed(""), {{"grpc-status", "0"}});
  const auto& proxy = bench.serve([&](test::Connection& connection, int) -> asio::awaitable<void> {
    asked = co_await connection.request();
    (void)co_await connection.send("HTTP/1.1 200 OK\r\n\r\n" + settings);
    (void)co_await connection.request();
    (void)co_await connection.send(bytes.substr(settings.size()));
    co_await connection.until_closed();
  });
  Endpoint endpoint(Url::parse_endpoint("alloy.nowhere.test:4317").value());
  endpoint.proxy = bench.endpoint_of(proxy).url;
  const auto exchange = bench.call(endpoint);
  CHECK_THAT(asked, Catch::StartsWith("CONNECT alloy.nowhere.test:4317 HTTP/1.1\r\n"));
  REQUIRE(exchange.answer.has_value());
  CHECK(exchange.answer->status == 0);
}

TEST_CASE("A call that hangs ends at once when it is cancelled") {
  GrpcBench bench;
  TaskGroup asking(bench.io.get_executor(), rethrow);
  const auto& server = bench.serve([&](test::Connection& connection, int) -> asio::awaitable<void> {
    (void)co_await connection.request();
    asking.cancel();
    co_await connection.until_closed();
  });
  const auto endpoint = bench.endpoint_of(server);
  const auto ask = [&]() -> asio::awaitable<void> {
    GrpcRequest request(method, "");
    (void)co_await bench.grpc->call(endpoint, std::move(request), Deadline(steady_now() + 50s));
    FAIL("it was not cancelled");
  };
  asking.spawn(ask());
  const auto started = steady_now();
  run_to_end(bench.io, asking.join());
  CHECK(steady_now() - started < 5s);
}

}  // namespace
