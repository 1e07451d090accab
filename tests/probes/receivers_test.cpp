#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "probes/alloy/loki_push_receiver.hpp"
#include "probes/alloy/remote_write_receiver.hpp"
#include "probes/answers.hpp"
#include "probes/otlp/otlp_grpc_receiver.hpp"
#include "probes/registry.hpp"
#include "tests/probes/response.hpp"
#include "tests/support/fake_grpc_client.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

namespace lgtmwatch {
namespace {

GrpcResponse status(int code, std::string message = "") {
  GrpcResponse response;
  response.status = code;
  response.status_message = std::move(message);
  return response;
}

Endpoint endpoint(const std::string& url) { return Endpoint(Url::parse_endpoint(url).value()); }

ReceiverPlan receiver(ReceiverKind kind, const std::string& url, std::vector<Signal> signals) {
  ReceiverPlan plan;
  plan.name = "door";
  plan.kind = kind;
  plan.endpoint = endpoint(url);
  plan.signals = std::move(signals);
  plan.interval = plan.timeout = std::chrono::seconds(5);
  return plan;
}

// One run of the only probe of a stack with one receiver.
struct Bench {
  RunRecord run(const ReceiverPlan& receiver) {
    AlloyPlan alloy(endpoint("alloy:12345"));
    alloy.receivers.push_back(receiver);
    StackPlan stack;
    stack.name = "shop";
    stack.alloys.push_back(alloy);
    return run(stack);
  }
  RunRecord run(const StackPlan& stack) {
    for (const auto& probe : make_probes(stack))
      if (probe->plan().probe.find("receiver") != std::string::npos ||
          probe->plan().probe.find("otlp") != std::string::npos)
        return test::run_to_end(io, run_probe(*probe, Clients{http, grpc}, clock));
    throw std::logic_error("no such probe");
  }
  void answer(Signal signal, Result<GrpcResponse> result) {
    grpc.answers.insert_or_assign(export_method(signal), std::move(result));
  }

  boost::asio::io_context io{1};
  test::ManualClock clock;
  test::FakeHttpClient http;
  test::FakeGrpcClient grpc;
};

const ReceiverAnswers& answers_of(const RunRecord& run) { return std::get<ReceiverAnswers>(run.found.value()); }

TEST_CASE("An OTLP/gRPC receiver is offered an empty export of each signal, and each answer counts for its own") {
  Bench bench;
  bench.answer(Signal::metrics, status(0));
  bench.answer(Signal::traces, status(14, "data refused due to high memory usage"));
  const auto run =
      bench.run(receiver(ReceiverKind::otlp_grpc, "alloy:4317", {Signal::metrics, Signal::logs, Signal::traces}));
  const auto& signals = answers_of(run).signals;
  REQUIRE(signals.size() == 3);
  CHECK_FALSE(signals[0].refusal);
  CHECK(signals[1].refusal->what == "alloy:4317 does not take logs: its Export is UNIMPLEMENTED");
  CHECK(signals[2].refusal->what == "alloy:4317 answered UNAVAILABLE: data refused due to high memory usage");
  REQUIRE(bench.grpc.asked.size() == 3);
  for (const auto& asked : bench.grpc.asked) CHECK(asked.request.message.empty());
  CHECK(evidence_line(run.exchanges.at(2)) ==
        "grpcurl -plaintext -d '{}' alloy:4317 opentelemetry.proto.collector.trace.v1.TraceService/Export → 200 "
        "grpc-status 14 UNAVAILABLE: data refused due to high memory usage (" +
            format_rfc3339(run.exchanges[2].at) + ")");
}

TEST_CASE("A receiver that does not answer at all is asked for one signal only") {
  Bench bench;
  bench.answer(Signal::metrics, Error(Phase::connect, Reason::refused, "alloy:4317 refused the connection"));
  const auto run = bench.run(receiver(ReceiverKind::otlp_grpc, "alloy:4317", {Signal::metrics, Signal::logs}));
  for (const auto& answer : answers_of(run).signals) CHECK(answer.refusal->reason == Reason::refused);
  CHECK(bench.grpc.asked.size() == 1);
}

TEST_CASE("The statuses of gRPC are told apart") {
  const auto reason = [](int code, const char* message) {
    return to_string(judge_otlp_status(status(code, message), Signal::logs, "alloy:4317").value().reason);
  };
  CHECK(reason(7, "") == "auth");
  CHECK(reason(16, "invalid credentials") == "auth");
  CHECK(reason(14, "no org id") == "tenant");
  CHECK(reason(8, "rate limited") == "limit");
  CHECK(reason(12, "unknown service") == "not_found");
  CHECK(reason(2, "") == "http_status");
}

TEST_CASE("The statuses of gRPC have names") {
  CHECK(grpc_status_name(0) == "OK");
  CHECK(grpc_status_name(12) == "UNIMPLEMENTED");
  CHECK(grpc_status_name(16) == "UNAUTHENTICATED");
  CHECK(grpc_status_name(17) == "17");
  CHECK(grpc_status_name(-1) == "-1");
}

TEST_CASE("A Loki push receiver gets an empty push on the path of its URL, or on the usual one") {
  Bench bench;
  bench.http.answer("POST", "", 204, "");
  CHECK(bench.run(receiver(ReceiverKind::loki_push, "http://alloy:3500", {Signal::logs})).good());
  CHECK(bench.run(receiver(ReceiverKind::loki_push, "http://alloy:3500/api/v1/push", {Signal::logs})).good());
  CHECK(bench.http.asked.at(0).request.target == "/loki/api/v1/push");
  CHECK(bench.http.asked.at(1).request.target.empty());
  CHECK(bench.http.asked[0].request.body == R"({"streams":[]})");
  CHECK(bench.http.asked[0].request.connection == Connection::fresh);
}

TEST_CASE("A remote write receiver gets an empty write, which a person can repeat") {
  Bench bench;
  bench.http.answer("POST", "/api/v1/metrics/write", 204, "");
  const auto run = bench.run(receiver(ReceiverKind::remote_write, "http://alloy:9999", {Signal::metrics}));
  CHECK(run.good());
  CHECK(bench.http.asked.at(0).request.body == std::string(1, '\0'));
  CHECK(
      run.exchanges.at(0).curl ==
      R"(printf '\000' | curl -H 'Content-Encoding: snappy' -H 'X-Prometheus-Remote-Write-Version: 0.1.0' )"
      R"(-H 'Content-Type: application/x-protobuf' -X POST --data-binary @- 'http://alloy:9999/api/v1/metrics/write')");
}

TEST_CASE("What else answers a push is told apart") {
  const auto door = endpoint("http://alloy:3500");
  CHECK_FALSE(judge_loki_push(response(422, "error at least one valid stream is required for ingestion\n"), door));
  CHECK_FALSE(judge_remote_write(response(200, ""), door));
  struct Case {
    int status;
    const char* body;
    Reason reason;
    const char* what;
  };
  const std::vector<Case> cases{
      {404, "404 page not found\n", Reason::not_found, "alloy:3500 answered 404: page not found"},
      {405, "", Reason::protocol, "alloy:3500 answered 405 to an empty PUSH: \"\""},
      {415, "no", Reason::protocol, "alloy:3500 answered 415 to an empty PUSH: \"no\""},
      {200, "<html>", Reason::protocol, "alloy:3500 answered 200 to an empty PUSH: \"<html>\""},
      {400, "Client sent an HTTP request to an HTTPS server.\n", Reason::tls, "alloy:3500 expects TLS"},
      {401, "", Reason::auth, "alloy:3500 answered 401"},
      {500, "boom", Reason::http_status, "alloy:3500 answered 500: boom"}};
  for (const auto& test_case : cases) {
    for (const std::string push : {"Loki push", "remote write"}) {
      CAPTURE(test_case.status, push);
      const auto answer = response(test_case.status, test_case.body);
      const auto refusal = push == "Loki push" ? judge_loki_push(answer, door) : judge_remote_write(answer, door);
      REQUIRE(refusal);
      std::string what = test_case.what;
      if (const auto at = what.find("PUSH"); at != std::string::npos) what.replace(at, 4, push);
      CHECK(refusal->what == what);
      CHECK(to_string(refusal->reason) == to_string(test_case.reason));
    }
  }
}

TEST_CASE("Tempo's own receivers are asked for traces where they are configured") {
  Bench bench;
  bench.answer(Signal::traces, status(0));
  StackPlan stack;
  stack.name = "shop";
  stack.tempo = TempoPlan(endpoint("http://tempo:3200"));
  stack.tempo->otlp_grpc = endpoint("tempo:4317");
  stack.tempo->timeout = std::chrono::seconds(5);
  const auto run = bench.run(stack);
  REQUIRE(answers_of(run).signals.size() == 1);
  CHECK(run.good());
  CHECK(bench.grpc.asked.at(0).address == "tempo:4317");
  CHECK(bench.grpc.asked[0].request.method == "/opentelemetry.proto.collector.trace.v1.TraceService/Export");
}

}  // namespace
}  // namespace lgtmwatch
