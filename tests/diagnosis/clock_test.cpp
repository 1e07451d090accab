// Clocks that are off, and names of metrics that are not known: what lgtmwatch itself cannot see rightly.
#include <catch2/catch.hpp>

#include "tests/diagnosis/scrapes.hpp"

namespace lgtmwatch {
namespace {

using Catch::Contains;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr WallTime now = moment_of_tests;

// Every component answers three times and tells its time, as far ahead of ours as the list says.
TestStack with_clocks(const std::vector<Duration>& ahead) {
  TestStack stack;
  const std::vector<std::pair<std::string, std::string>> probes{{"loki_ready", "loki:3100"},
                                                                {"tempo_ready", "tempo:3200"},
                                                                {"mimir_ready", "mimir:9009"},
                                                                {"alloy_ready", "gateway"}};
  for (std::size_t i = 0; i < ahead.size(); ++i) stack.clock(probes[i].first, probes[i].second, ahead[i], 3);
  return stack;
}

CounterReadings without(const std::string& family, std::optional<Duration> up) {
  CounterReadings readings;
  readings.absent = {family};
  if (up) readings.process_start = now - *up;
  return readings;
}

}  // namespace

TEST_CASE("One clock that is off is that component's") {
  const auto verdict = with_clocks({-minutes(110), seconds(0), seconds(0), seconds(0)}).judge();
  REQUIRE(causes_of(verdict) == Causes{"clock-skew"});
  const auto& finding = verdict.findings[0];
  CHECK(finding.subject == "loki");
  CHECK(finding.stage == Stage::watch);
  CHECK(finding.severity == Severity::warning);
  CHECK(verdict.signals.at(Signal::logs) == State::degraded);
  CHECK(verdict.signals.at(Signal::traces) == State::healthy);
  CHECK_THAT(finding.summary, Contains("the clock of Loki is 1h50m behind of lgtmwatch's, while others agree"));
  CHECK_THAT(finding.evidence.at(0), Contains("Date 2026-11-22T11:05:39Z, asked at 2026-11-22T12:55:39Z"));
}

TEST_CASE("All clocks off by the same make lgtmwatch's own the suspect, and ages unknown") {
  const auto verdict = with_clocks({seconds(90), seconds(90), seconds(91), seconds(90)}).judge();
  REQUIRE(causes_of(verdict) == Causes{"clock-skew"});
  CHECK(verdict.findings[0].subject == "lgtmwatch");
  CHECK(verdict.findings[0].state == State::unknown);
  CHECK_THAT(verdict.findings[0].summary, Contains("all 4 components that tell their time are 1m30s ahead of it"));
}

TEST_CASE("Clocks that are off by different amounts are told one by one") {
  CHECK(with_clocks({seconds(90), seconds(20), seconds(0), seconds(0)}).judge().findings.size() == 2);
}

TEST_CASE("A lone component that tells its time leaves both clocks under suspicion") {
  const auto verdict = with_clocks({seconds(90)}).judge();
  REQUIRE(causes_of(verdict) == Causes{"clock-skew"});
  CHECK_THAT(verdict.findings[0].summary, Contains("which may be the wrong one"));
}

TEST_CASE("A few seconds, a single answer, and no Date at all are no finding") {
  CHECK(with_clocks({seconds(5), seconds(-4), seconds(0), seconds(2)}).judge().findings.empty());
  TestStack once;
  once.clock("loki_ready", "loki:3100", minutes(5), 1);
  CHECK(once.judge().findings.empty());
  CHECK(TestStack().judge().findings.empty());
}

TEST_CASE("A family that is not there while telemetry passes is not known by its name, and is not 0") {
  Watched stack;
  stack.found("loki_build_info", "loki:3100", BuildInfo{"4.0.0"});
  stack.read("loki_metrics", "loki:3100", without("loki_distributor_lines_received_total", minutes(20)), seconds(0));
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"metric-name-drift"});
  CHECK(verdict.findings[0].severity == Severity::info);
  CHECK(verdict.state == State::healthy);
  CHECK_THAT(verdict.findings[0].summary, Contains("Loki (4.0.0) shows no loki_distributor_lines_received_total"));
}

TEST_CASE("A family that comes with its first event is missed neither in a young process nor in an idle one") {
  Watched young;
  young.read("loki_metrics", "loki:3100", without("loki_distributor_lines_received_total", minutes(1)), seconds(0));
  CHECK(young.judge().findings.empty());
  Watched idle;
  idle.newest("shop/logs@backend", minutes(30));
  idle.newest("shop/logs@docker", minutes(30));
  idle.read("loki_metrics", "loki:3100", without("loki_distributor_lines_received_total", minutes(60)), seconds(0));
  for (const auto& cause : causes_of(idle.judge())) CHECK(cause != "metric-name-drift");
}

TEST_CASE("An Alloy whose receivers count under unknown names accuses no source of silence") {
  Watched stack;
  auto readings = without("otelcol_receiver_accepted_spans_total", minutes(60));
  readings.counters.push_back({{CounterKind::receiver_accepted, receiver, Signal::traces, "http"}, 0});
  stack.read("alloy_controller", "gateway", readings, seconds(15));
  stack.read("alloy_controller", "gateway", readings, seconds(0));
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"metric-name-drift"});
  CHECK(verdict.findings[0].subject == "gateway");
}

TEST_CASE("An Alloy that is ready and cannot show its metrics leaves them unknown") {
  TestStack stack;
  RunRecord run{Result<Observation>(Error(Phase::content, Reason::http_status, "alloy:12345 answered 500"))};
  run.exchanges.emplace_back();
  run.exchanges.back().status = 500;
  run.exchanges.back().first_bytes =
      "An error has occurred while serving metrics:\n\ncollected metric \"x\" { counter:<value:1 > } was collected "
      "before with the same name and label values\n";
  stack.ran("alloy_controller", "gateway", std::move(run));
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"alloy-metrics-500"});
  CHECK(verdict.findings[0].stage == Stage::watch);
  CHECK(verdict.findings[0].state == State::unknown);
  CHECK_THAT(verdict.findings[0].summary, Contains("two of its components define the same one"));
}

}  // namespace lgtmwatch
