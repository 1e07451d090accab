// Alloy's exporter of traces gets no connection: what Tempo's own receiver and Docker decide of the reason.
#include <catch2/catch.hpp>

#include "tests/diagnosis/scrapes.hpp"

namespace lgtmwatch {
namespace {

using Catch::Contains;

// Its exporter sends to tempo:4317 and gets UNAVAILABLE, while something waits.
Watched unavailable(bool with_tls) {
  Watched stack;
  AlloyComponents components;
  AlloyComponent exporter;
  exporter.id = tempo;
  exporter.sends_to = "tempo:4317";
  exporter.with_tls = with_tls;
  components.components = {exporter};
  stack.found("alloy_components", "gateway", components);
  stack.scrapes(
      {traces(10, 10, 0).attempts(tempo, "UNAVAILABLE", 1), traces(20, 10, 10).attempts(tempo, "UNAVAILABLE", 4)});
  return stack;
}

void tempo_takes_plain_text(TestStack& stack) {
  stack.with_tempo_otlp();
  ReceiverAnswers answers;
  answers.signals = {{Signal::traces, std::nullopt}};
  stack.found("tempo_otlp_grpc", "tempo:4317", answers);
}

void tempo_refuses(TestStack& stack) {
  stack.with_tempo_otlp();
  stack.refuses("tempo_otlp_grpc", "tempo:4317", {Signal::traces}, {Phase::connect, Reason::refused, "refused"});
}

Container running(const std::string& name, const std::string& network) {
  Container container;
  container.name = name;
  container.status = "running";
  container.networks = {{network, "172.20.0.2", {name}}};
  return container;
}

}  // namespace

TEST_CASE("What a Tempo refuses that says itself that it is about to end is not told beside that") {
  TestStack stack;
  tempo_refuses(stack);
  CHECK(causes_of(stack.judge()) == Causes{"tempo-otlp-not-listening"});
  Readiness ending;
  ending.ready = false;
  ending.message = "Application is stopping";
  stack.found("tempo_ready", "tempo:3200", ending);
  CHECK(causes_of(stack.judge()) == Causes{"backend-not-ready"});
}

TEST_CASE("An exporter that speaks TLS to a receiver that takes plain text is told so") {
  auto stack = unavailable(true);
  tempo_takes_plain_text(stack);
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"exporter-tls-mismatch"});
  const auto& finding = verdict.findings[0];
  CHECK(finding.stage == Stage::export_);
  CHECK(finding.alternatives.empty());
  CHECK(verdict.signals.at(Signal::traces) == State::broken);
  CHECK_THAT(finding.summary, Contains("speaks TLS to Tempo at tempo:4317, which speaks plain text"));
  CHECK_THAT(finding.remedy.at(0), Contains("tls { insecure = true }"));
  CHECK_THAT(finding.evidence.back(), Contains("otelcol.exporter.otlp.tempo: endpoint tempo:4317, TLS on"));
}

TEST_CASE("Without an answer of that port TLS is an alternative only") {
  const auto unasked = unavailable(true).judge();
  REQUIRE(causes_of(unasked) == Causes{"exporter-unreachable-retrying"});
  CHECK(unasked.findings[0].alternatives.at(0) == "exporter-tls-mismatch");
  auto plain = unavailable(false);
  tempo_takes_plain_text(plain);
  const auto verdict = plain.judge();
  REQUIRE(causes_of(verdict) == Causes{"exporter-unreachable-retrying"});
  for (const auto& alternative : verdict.findings[0].alternatives) CHECK(alternative != "exporter-tls-mismatch");
}

TEST_CASE("A Tempo that is ready and refuses lgtmwatch and Alloy alike listens on its own localhost") {
  auto stack = unavailable(false);
  tempo_refuses(stack);
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"tempo-otlp-binds-localhost"});
  const auto& finding = verdict.findings[0];
  CHECK(finding.stage == Stage::ingest);
  CHECK(finding.subject == "tempo");
  CHECK(finding.alternatives == Causes{"tempo-otlp-not-listening"});
  CHECK_THAT(finding.remedy.at(0), Contains("distributor.receivers.otlp.protocols.grpc.endpoint: 0.0.0.0:4317"));
  REQUIRE(finding.consequences.size() == 1);
  CHECK_THAT(finding.consequences[0], Contains("exporter-unreachable-retrying: otelcol.exporter.otlp.tempo"));
}

TEST_CASE("A closed receiver while Alloy delivers is no more than that") {
  TestStack stack;
  tempo_refuses(stack);
  CHECK(causes_of(stack.judge()) == Causes{"tempo-otlp-not-listening"});
}

TEST_CASE("A Tempo that is down itself is down") {
  auto stack = unavailable(false);
  tempo_refuses(stack);
  stack.failed("tempo_ready", "tempo:3200", Reason::refused);
  CHECK(causes_of(stack.judge()) == Causes{"backend-down"});
}

TEST_CASE("Docker rules out what else keeps Alloy from Tempo, where its receiver is not asked") {
  const auto with = [](const std::string& network) {
    auto stack = unavailable(false);
    stack.with_docker();
    DockerContainers found;
    found.containers = {running("tempo", "observability"), running("alloy", network)};
    stack.found("docker_containers", "unix:/var/run/docker.sock", found);
    return stack.judge();
  };
  const auto together = with("observability");
  REQUIRE(causes_of(together) == Causes{"tempo-otlp-binds-localhost"});
  CHECK(together.findings[0].stage == Stage::ingest);
  CHECK(together.findings[0].alternatives == Causes{"tempo-otlp-not-listening"});
  CHECK(causes_of(with("elsewhere")) == Causes{"exporter-unreachable-retrying"});
}

}  // namespace lgtmwatch
