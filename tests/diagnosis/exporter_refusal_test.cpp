// What is refused for good: deltas by OTLP, messages that are too large, attributes that Loki does not take.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/diagnosis/docker_stack.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;

const std::string otlp_to_mimir = "otelcol.exporter.otlphttp.mimir";

Scrape refused_metrics(double failed) {
  return Scrape()
      .count(CounterKind::exporter_sent, otlp_to_mimir, Signal::metrics, 100)
      .count(CounterKind::exporter_failed, otlp_to_mimir, Signal::metrics, failed, "InvalidArgument")
      .attempts(otlp_to_mimir, "400", failed);
}

// Its exporter to Mimir is refused with 400, and its log says that.
TestStack refused_with(const std::string& line) {
  Watched stack;
  stack.with_docker();
  auto alloy = running("alloy", {"backend"});
  alloy.started = moment_of_tests - 3h;
  stack.found("docker_containers", engine, DockerContainers{{alloy}, 0});
  ContainerLogs logs;
  logs.logs = {{"alloy", {{moment_of_tests - 1min, line}}}};
  stack.found("docker_errors", engine, logs);
  stack.scrapes({refused_metrics(10), refused_metrics(20)});
  return stack;
}

Scrape spans(double sent, double failed) {
  return Scrape()
      .count(CounterKind::exporter_sent, tempo, Signal::traces, sent)
      .count(CounterKind::exporter_failed, tempo, Signal::traces, failed, "ResourceExhausted")
      .attempts(tempo, "RESOURCE_EXHAUSTED", failed / 50);
}

Scrape discarded_logs(double received, double discarded) {
  return Scrape()
      .count(CounterKind::backend_received, "loki", Signal::logs, received)
      .count(CounterKind::backend_discarded, "loki", Signal::logs, discarded, "disallowed_structured_metadata");
}

}  // namespace

TEST_CASE("Metrics that Mimir refuses by OTLP for their temporality are deltas, as Alloy's log says") {
  const auto verdict = refused_with(
                           "level=error msg=\"Exporting failed. Dropping data.\" error=\"... HTTP Status Code 400, "
                           "Message=otlp parse error: invalid temporality and type combination for metric\"")
                           .judge();
  REQUIRE(causes_of(verdict) == Causes{"delta-temporality"});
  const auto& finding = verdict.findings.front();
  CHECK(finding.stage == Stage::source);
  CHECK(finding.subject == "shop");
  CHECK(finding.signals == std::vector{Signal::metrics});
  CHECK(finding.remedy.front().find("cumulative on shop") != std::string::npos);
  CHECK(finding.evidence.back().find("/containers/alloy-id/logs") != std::string::npos);
  CHECK(verdict.signals.at(Signal::metrics) == State::broken);
}

TEST_CASE("Metrics that Mimir refuses for another reason are refused, and deltas are one of what it may be") {
  const auto verdict = refused_with("level=error error=\"HTTP Status Code 400, Message=empty data points\"").judge();
  REQUIRE(causes_of(verdict) == Causes{"exporter-permanent-reject"});
  const auto& alternatives = verdict.findings.front().alternatives;
  CHECK(std::find(alternatives.begin(), alternatives.end(), "delta-temporality") != alternatives.end());
}

TEST_CASE("An exporter that a reload has taken out of the configuration is in no trouble any more") {
  Watched stack;
  stack.scrapes({refused_metrics(10), refused_metrics(20), traces(10, 10, 0)});
  CHECK(causes_of(stack.judge()).empty());
}

TEST_CASE("Messages that are too large fail for good beside others that go out, as over a limit on the rate none do") {
  Watched too_large;
  too_large.scrapes({spans(100, 0), spans(200, 50), spans(300, 100)});
  const auto verdict = too_large.judge();
  REQUIRE(causes_of(verdict) == Causes{"exporter-grpc-message-too-large"});
  CHECK(verdict.findings.front().stage == Stage::export_);
  CHECK(verdict.findings.front().severity == Severity::warning);
  CHECK(verdict.signals.at(Signal::traces) == State::degraded);

  Watched limited;
  limited.scrapes({spans(100, 0), spans(100, 50), spans(100, 100)});
  CHECK(causes_of(limited.judge()) == Causes{"exporter-rate-limited"});
}

TEST_CASE("Attributes of logs that Loki does not take are told with the setting that lets it, and a part goes on") {
  Watched stack;
  stack.backend("loki", "loki:3100", {discarded_logs(100, 0), discarded_logs(120, 5)});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"loki-structured-metadata-schema"});
  const auto& finding = verdict.findings.front();
  CHECK(finding.stage == Stage::ingest);
  CHECK(finding.subject == "loki");
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.remedy.front().find("allow_structured_metadata: true") != std::string::npos);
  CHECK(verdict.signals.at(Signal::logs) == State::degraded);
}

}  // namespace lgtmwatch
