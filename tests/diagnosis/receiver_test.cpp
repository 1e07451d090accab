#include <catch2/catch.hpp>

#include "diagnosis/receiver_causes.hpp"
#include "tests/diagnosis/stack.hpp"

namespace lgtmwatch {
namespace {

const std::vector<Signal> all(all_signals.begin(), all_signals.end());

Error seen(Phase phase, Reason reason) { return {phase, reason, "what was seen", "the hint"}; }

Finding only_finding(const TestStack& stack) {
  const auto findings = stack.judge().findings;
  REQUIRE(findings.size() == 1);
  return findings.front();
}

Finding finding_at(ReceiverKind kind, const Error& why, std::vector<Signal> signals = all) {
  TestStack stack;
  const auto probe = kind == ReceiverKind::otlp_grpc      ? "otlp_grpc_receiver"
                     : kind == ReceiverKind::loki_push    ? "loki_push_receiver"
                     : kind == ReceiverKind::remote_write ? "remote_write_receiver"
                                                          : "otlp_http_receiver";
  stack.with_receiver("door", kind, "http://alloy:4317", signals);
  stack.refuses(probe, "door", signals, why);
  return only_finding(stack);
}

TEST_CASE("Each thing that may be wrong with an OTLP/gRPC receiver has its own cause and sentence") {
  struct Case {
    Error why;
    std::string cause;
    std::string says;
  };
  const std::vector<Case> cases{
      {seen(Phase::connect, Reason::refused), "alloy-receiver-not-listening", "is closed"},
      {seen(Phase::connect, Reason::timeout), "receiver-hung", "hangs: no connection comes about"},
      {seen(Phase::first_byte, Reason::timeout), "receiver-hung", "hangs: it takes connections and does not answer"},
      {seen(Phase::resolve, Reason::dns), "receiver-name-not-resolved", "has a name that does not resolve"},
      {seen(Phase::connect, Reason::unreachable), "receiver-unreachable", "cannot be reached"},
      {seen(Phase::first_byte, Reason::tls), "otlp-tls-mismatch-source", "expects TLS"},
      {seen(Phase::tls, Reason::tls), "otlp-tls-mismatch-source", "does not complete the TLS handshake"},
      {seen(Phase::first_byte, Reason::protocol), "otlp-grpc-http-port-mixup", "does not speak OTLP/gRPC"},
      {seen(Phase::first_byte, Reason::reset), "receiver-closes-connections", "closes connections without an answer"},
      {seen(Phase::content, Reason::not_found), "otlp-grpc-service-unknown",
       "speaks gRPC, but none of its services is an OTLP receiver"},
      {seen(Phase::content, Reason::auth), "watcher-auth-rejected", "does not take lgtmwatch's credentials"},
      {seen(Phase::content, Reason::http_status), "receiver-refusing", "refuses even an empty export"},
      {seen(Phase::content, Reason::limit), "receiver-refusing", "refuses even an empty export"}};
  for (const auto& test_case : cases) {
    CAPTURE(test_case.says);
    const auto finding = finding_at(ReceiverKind::otlp_grpc, test_case.why);
    CHECK(finding.cause == test_case.cause);
    CHECK(finding.summary ==
          "receiver door " + test_case.says + " (OTLP/gRPC on port 4317: metrics, logs, traces): what was seen");
    CHECK_FALSE(finding.remedy.at(0).empty());
  }
}

TEST_CASE("The other kinds of receivers are named with their own protocol and remedy") {
  const auto refused = seen(Phase::connect, Reason::refused);
  CHECK_THAT(finding_at(ReceiverKind::loki_push, refused, {Signal::logs}).remedy.at(0),
             Catch::Contains("loki.source.api"));
  CHECK(finding_at(ReceiverKind::remote_write, refused, {Signal::metrics}).summary ==
        "receiver door is closed (remote write on port 4317: metrics): what was seen");
  const auto not_found = seen(Phase::content, Reason::not_found);
  CHECK(finding_at(ReceiverKind::loki_push, not_found, {Signal::logs}).cause == "push-path-wrong");
  CHECK(finding_at(ReceiverKind::otlp_http, not_found).cause == "otlp-http-path-wrong");
  const auto protocol = seen(Phase::first_byte, Reason::protocol);
  CHECK(finding_at(ReceiverKind::otlp_http, protocol).cause == "otlp-grpc-http-port-mixup");
  CHECK(finding_at(ReceiverKind::remote_write, protocol, {Signal::metrics}).cause == "receiver-protocol-mismatch");
  CHECK(finding_at(ReceiverKind::loki_push, seen(Phase::tls, Reason::tls), {Signal::logs}).cause ==
        "receiver-tls-mismatch");
}

TEST_CASE("A signal that alone is refused is not wired") {
  TestStack stack;
  stack.with_receiver("door", ReceiverKind::otlp_grpc, "http://alloy:4317", all);
  ReceiverAnswers answers;
  for (const auto signal : all) answers.signals.push_back({signal, std::nullopt});
  answers.signals.back().refusal = seen(Phase::content, Reason::not_found);
  stack.found("otlp_grpc_receiver", "door", answers);
  const auto finding = only_finding(stack);
  CHECK(finding.cause == "otlp-signal-not-wired");
  CHECK(finding.signals == std::vector{Signal::traces});
  for (const auto& receiver : stack.judge().receivers)
    if (receiver.receiver == "door")
      CHECK(receiver.state == (receiver.signal == Signal::traces ? State::broken : State::healthy));
}

TEST_CASE("A proxy that fails is lgtmwatch's own trouble, and nothing is broken") {
  TestStack stack;
  stack.with_receiver("door", ReceiverKind::otlp_grpc, "http://alloy:4317", all);
  stack.with_proxy("door");
  stack.refuses("otlp_grpc_receiver", "door", all, seen(Phase::connect, Reason::refused));
  const auto finding = only_finding(stack);
  CHECK(finding.cause == "watcher-proxy-failing");
  CHECK(finding.stage == Stage::watch);
  CHECK(stack.judge().state == State::unknown);
  stack.refuses("otlp_grpc_receiver", "door", all, seen(Phase::first_byte, Reason::timeout));
  CHECK(only_finding(stack).cause == "receiver-hung");
}

TEST_CASE("A receiver that could not be asked because lgtmwatch did not run refuses nothing") {
  TestStack stack;
  stack.with_receiver("door", ReceiverKind::otlp_grpc, "http://alloy:4317", all);
  stack.refuses("otlp_grpc_receiver", "door", all, seen(Phase::first_byte, Reason::internal));
  const auto finding = only_finding(stack);
  CHECK(finding.cause == "watcher-query-failed");
  CHECK(finding.summary == "receiver door cannot be asked: what was seen");
  CHECK(finding.stage == Stage::watch);
  CHECK(stack.judge().state == State::unknown);
}

TEST_CASE("Tempo's own receiver that is closed while Tempo is ready probably listens on 127.0.0.1 only") {
  TestStack stack;
  stack.with_tempo_otlp();
  stack.refuses("tempo_otlp_grpc", "tempo:4317", {Signal::traces}, seen(Phase::connect, Reason::refused));
  auto finding = only_finding(stack);
  CHECK(finding.cause == "tempo-otlp-not-listening");
  CHECK(finding.subject == "tempo");
  CHECK(finding.stage == Stage::ingest);
  CHECK_THAT(finding.alternatives.at(0), Catch::StartsWith("tempo-otlp-binds-localhost"));
  CHECK(finding.summary ==
        "Tempo's own receiver is closed (OTLP/gRPC on port 4317: traces): what was seen; traces "
        "arrive nevertheless");
  CHECK(finding.state == State::degraded);

  stack.newest("shop/traces@backend", std::chrono::minutes(5));
  CHECK(stack.judge().signals.at(Signal::traces) == State::broken);

  stack.failed("tempo_ready", "tempo:3200", Reason::refused);
  for (const auto& each : stack.judge().findings) CHECK(each.cause != "tempo-otlp-not-listening");
}

}  // namespace
}  // namespace lgtmwatch
