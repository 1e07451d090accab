#include <catch2/catch.hpp>

#include "probes/otlp/otlp_http_receiver.hpp"
#include "tests/probes/response.hpp"

namespace lgtmwatch {

TEST_CASE("An OTLP receiver accepts an empty export with 200 and a JSON object") {
  CHECK_FALSE(judge_otlp_answer(response(200, R"({"partialSuccess":{}})"), Signal::logs, "alloy:4318"));
}

TEST_CASE("Everything else that answers on the port of a receiver is told apart") {
  struct Case {
    std::string name;
    int status;
    std::string body;
    Reason reason;
    std::string what;
  };
  const std::vector<Case> cases{
      {"a web page", 200, "<html>", Reason::protocol,
       "alloy:4318 answered 200, but not as an OTLP receiver does: \"<html>\""},
      {"a signal that is not wired", 404, "404 page not found\n", Reason::not_found,
       "alloy:4318 does not take logs: /v1/logs answered 404"},
      {"a TLS port", 400, "Client sent an HTTP request to an HTTPS server.\n", Reason::tls,
       "alloy:4318 answered 400: Client sent an HTTP request to an HTTPS server."},
      {"a gateway", 502, "<title>502 Bad Gateway</title>", Reason::refused,
       "alloy:4318 answered 502: the gateway in front of it gets no answer"},
      {"another HTTP server", 405, "method not allowed", Reason::protocol,
       "alloy:4318 answered 405 to an empty OTLP export: \"method not allowed\""},
      {"a memory limiter", 503, R"({"code":14,"message":"data refused due to high memory usage"})", Reason::http_status,
       R"(alloy:4318 answered 503: {"code":14,"message":"data refused due to high memory usage"})"},
      {"missing credentials", 401, "Unauthorized", Reason::auth, "alloy:4318 answered 401: Unauthorized"},
      {"a rate limit", 429, "", Reason::limit, "alloy:4318 answered 429"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto refusal = judge_otlp_answer(response(each.status, each.body), Signal::logs, "alloy:4318");
    REQUIRE(refusal);
    CHECK(to_string(refusal->reason) == to_string(each.reason));
    CHECK(refusal->what == each.what);
  }
}

TEST_CASE("An empty export is the one that OTLP's JSON knows for the signal") {
  CHECK(empty_export(Signal::metrics) == R"({"resourceMetrics":[]})");
  CHECK(empty_export(Signal::logs) == R"({"resourceLogs":[]})");
  CHECK(empty_export(Signal::traces) == R"({"resourceSpans":[]})");
}

}  // namespace lgtmwatch
