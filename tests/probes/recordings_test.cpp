// What real components answered, read by the probes and judged: as far as probes and counters can tell.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/probes/recorded.hpp"

namespace lgtmwatch {
namespace {

struct Expected {
  std::string name;
  bool otlp_logs;
  std::string cause;  // of the first finding
  Stage stage;
  State metrics, logs, traces;
};

constexpr auto healthy = State::healthy;
constexpr auto unknown = State::unknown;
constexpr auto degraded = State::degraded;
constexpr auto broken = State::broken;

const std::vector<Expected> told_exactly{
    {"app-silent", false, "source-silent", Stage::source, broken, healthy, broken},
    {"traces-not-emitted", true, "otlp-disabled-or-sampled-out", Stage::source, healthy, healthy, broken},
    {"logs-not-exported", true, "app-logger-not-exported", Stage::source, healthy, broken, healthy},
    {"docker-scraper-tails-nothing", false, "scraper-tails-nothing", Stage::receive, healthy, broken, healthy},
    {"docker-socket-missing", false, "docker-socket-missing-or-denied", Stage::receive, healthy, broken, unknown},
    {"exporter-wrong-port", false, "exporter-unreachable-retrying", Stage::export_, healthy, healthy, broken},
    {"exporter-tls-mismatch", true, "exporter-unreachable-retrying", Stage::export_, healthy, healthy, broken},
    {"loki-rate-limited", false, "loki-rate-limited", Stage::ingest, healthy, broken, healthy},
    {"loki-ingestion-blocked", false, "loki-ingestion-blocked-2xx", Stage::ingest, healthy, broken, unknown},
    {"tempo-silent-limit-drop", false, "tempo-silent-limit-drop", Stage::ingest, healthy, healthy, degraded},
    {"mimir-series-limit", false, "mimir-series-limit", Stage::ingest, degraded, healthy, healthy},
    {"memory-limiter-refusing", true, "memory-limiter-refusing", Stage::process, broken, broken, broken},
    {"wired-to-nowhere", true, "wired-to-nowhere", Stage::process, healthy, broken, healthy},
    {"tenant-mismatch", false, "tenant-mismatch", Stage::export_, healthy, healthy, broken},
    {"receiver-missing", false, "alloy-receiver-not-listening", Stage::receive, broken, broken, broken},
    {"tempo-down", false, "backend-down", Stage::ingest, healthy, healthy, broken},
    {"loki-down", false, "backend-down", Stage::ingest, healthy, broken, healthy},
    {"mimir-down", false, "backend-down", Stage::ingest, broken, healthy, healthy},
    {"exporter-queue-full", false, "backend-down", Stage::ingest, healthy, healthy, broken},
    {"tempo-frozen", false, "backend-hung", Stage::ingest, healthy, healthy, broken},
    {"alloy-down", false, "alloy-down-or-crashloop", Stage::receive, broken, broken, broken},
    {"alloy-frozen", false, "alloy-hung", Stage::receive, broken, broken, broken},
    {"alloy-reload-failed", false, "alloy-reload-rejected", Stage::receive, healthy, healthy, healthy},
    {"reader-without-tenant", false, "watcher-tenant-missing", Stage::watch, healthy, healthy, unknown},
};

bool contains(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

}  // namespace

TEST_CASE("A healthy stack has no finding and meets every criterion") {
  const auto verdict = judge_recording("healthy", true);
  for (const auto& finding : verdict.findings) FAIL_CHECK(finding.summary);
  CHECK(verdict.state == State::healthy);
  CHECK(criteria_met(verdict) == verdict.criteria.size());
  CHECK(verdict.criteria.size() >= 15);
}

TEST_CASE("A recorded fault that these probes can tell is named, at its stage, with the signals that it breaks") {
  for (const auto& expected : told_exactly) {
    INFO(expected.name);
    const auto verdict = judge_recording(expected.name, expected.otlp_logs);
    REQUIRE(verdict.findings.size() == 1);
    const auto& finding = verdict.findings.front();
    INFO(finding.summary);
    CHECK(finding.cause == expected.cause);
    CHECK(to_string(finding.stage) == to_string(expected.stage));
    CHECK(to_string(verdict.signals.at(Signal::metrics)) == to_string(expected.metrics));
    CHECK(to_string(verdict.signals.at(Signal::logs)) == to_string(expected.logs));
    CHECK(to_string(verdict.signals.at(Signal::traces)) == to_string(expected.traces));
    CHECK_FALSE(finding.evidence.empty());
    CHECK_FALSE(finding.remedy.empty());
  }
}

TEST_CASE("An exporter that cannot connect and would speak TLS may be one that speaks TLS to a plaintext port") {
  const auto finding = judge_recording("exporter-tls-mismatch", true).findings.at(0);
  CHECK(contains(finding.alternatives, "exporter-tls-mismatch"));
  CHECK_FALSE(
      contains(judge_recording("exporter-wrong-port", true).findings.at(0).alternatives, "exporter-tls-mismatch"));
}

TEST_CASE("A queue that is full because its backend is down follows from that") {
  const auto finding = judge_recording("exporter-queue-full", false).findings.at(0);
  const auto& follows = finding.consequences;
  CHECK(std::any_of(follows.begin(), follows.end(),
                    [](const std::string& line) { return line.starts_with("exporter-queue-full-drop"); }));
}

TEST_CASE("A source whose receiver takes nothing is silent itself: nothing behind the receiver is suspected") {
  const auto finding = judge_recording("app-silent", false).findings.at(0);
  CHECK(contains(finding.alternatives, "otlp-localhost-in-container"));
  CHECK_FALSE(contains(finding.alternatives, "exporter-unreachable-retrying"));
}

TEST_CASE("Alloy that Loki refuses is broken export, although lgtmwatch may not read there either") {
  const auto verdict = judge_recording("exporter-no-org", false);
  CHECK(verdict.signals.at(Signal::logs) == State::broken);
  REQUIRE(verdict.findings.size() == 2);
  CHECK(verdict.findings[0].cause == "exporter-auth-or-no-org");
  CHECK(verdict.findings[0].evidence.size() == 2);  // loki.write and the OTLP exporter
  CHECK(verdict.findings[1].cause == "watcher-tenant-missing");
}

TEST_CASE("The recorded graph draws the path of each receiver to its backend") {
  const auto verdict = judge_recording("healthy", true);
  std::vector<std::string> drawn;
  for (const auto& pipeline : verdict.pipelines) {
    auto line = pipeline.receiver + "/" + std::string(to_string(pipeline.signal)) + ":";
    for (const auto& step : pipeline.through) line += " " + step;
    drawn.push_back(line + " " + pipeline.sends_to);
  }
  const std::string batch = " otelcol.processor.batch.default ";
  const auto to_mimir =
      batch + "otelcol.exporter.prometheus.mimir prometheus.remote_write.mimir http://127.0.0.1:9009/api/v1/push";
  const auto to_loki = batch + "otelcol.exporter.otlphttp.loki http://127.0.0.1:3100/otlp";
  const auto to_tempo = batch + "otelcol.exporter.otlp.tempo 127.0.0.1:14317";
  const std::string mobile = "otelcol.receiver.otlp.mobile";
  const std::string backend = "otelcol.receiver.otlp.backend";
  const std::string to_push = " loki.write.loki http://127.0.0.1:3100/loki/api/v1/push";
  CHECK(drawn == std::vector<std::string>{"mobile/metrics: " + mobile + to_mimir, "mobile/logs: " + mobile + to_loki,
                                          "mobile/traces: " + mobile + to_tempo,
                                          "backend/metrics: " + backend + to_mimir,
                                          "backend/logs: " + backend + to_loki, "backend/traces: " + backend + to_tempo,
                                          "docker/logs: loki.source.docker.containers" + to_push,
                                          "files/logs: loki.source.file.files" + to_push});
}

TEST_CASE("Faults that leave every expected record fresh are not invented") {
  // Delta counters are dropped beside target_info, which goes on: only a query for a metric of their own tells.
  for (const auto* name : {"delta-temporality"}) {
    INFO(name);
    const auto verdict = judge_recording(name, false);
    CHECK(verdict.findings.empty());
    CHECK(verdict.state == State::healthy);
  }
}

TEST_CASE("Deltas are found by a metric of their own that does not come while target_info does") {
  const auto verdict = judge_recording_by_metric("delta-temporality", "http_requests_total");
  REQUIRE(verdict.findings.size() == 1);
  const auto& finding = verdict.findings.front();
  CHECK(finding.cause == "delta-temporality");
  CHECK(finding.stage == Stage::source);
  CHECK(finding.signals == std::vector{Signal::metrics});
  CHECK(finding.subject == "scanium-backend");
  CHECK(verdict.signals.at(Signal::metrics) == State::broken);
  CHECK(judge_recording_by_metric("healthy", "http_requests_total").findings.empty());
}

namespace {

State visualize_state(const StackVerdict& verdict, Signal signal) {
  for (const auto& path : verdict.paths)
    for (const auto& stage : path.stages)
      if (path.signal == signal && stage.stage == Stage::visualize) return stage.state;
  return State::unknown;
}

}  // namespace

TEST_CASE("Recorded datasources that work have no finding, and everything is seen") {
  const RecordedGrafana right{"grafana-datasources",
                              false,
                              {{Component::loki, "loki"}, {Component::tempo, "tempo"}, {Component::mimir, "mimir"}}};
  const auto verdict = judge_recording("healthy", right);
  for (const auto& finding : verdict.findings) FAIL_CHECK(finding.summary);
  CHECK(verdict.state == State::healthy);
  CHECK(verdict.components.size() == 5);
}

TEST_CASE("The three recorded datasources with a wrong URL are found by type, and Alertmanager is left out") {
  const auto verdict = judge_recording("healthy", RecordedGrafana{"grafana-datasources", false, {}});
  std::vector<std::string> subjects;
  for (const auto& finding : verdict.findings) {
    CHECK(finding.cause == "grafana-ds-wrong-url");
    CHECK(finding.stage == Stage::visualize);
    CHECK(finding.evidence.size() == 1);
    subjects.push_back(finding.subject);
  }
  CHECK(subjects == std::vector<std::string>{"loki-wrong", "tempo-wrong", "mimir-wrong"});
  CHECK(verdict.datasources.size() == 6);
  CHECK(visualize_state(verdict, Signal::logs) == State::degraded);  // the other datasource of Loki works
}

TEST_CASE("A recorded datasource with a wrong URL that is the only one hides what arrives") {
  const RecordedGrafana wrong{
      "grafana-datasources",
      false,
      {{Component::loki, "loki-wrong"}, {Component::tempo, "tempo"}, {Component::mimir, "mimir"}}};
  const auto verdict = judge_recording("healthy", wrong);
  REQUIRE(verdict.findings.size() == 1);
  CHECK(verdict.findings.front().cause == "grafana-ds-wrong-url");
  CHECK(visualize_state(verdict, Signal::logs) == State::broken);
  CHECK(verdict.signals.at(Signal::logs) == State::degraded);
  CHECK(verdict.signals.at(Signal::metrics) == State::healthy);
  CHECK(verdict.state == State::broken);
}

TEST_CASE("A recorded uid that Grafana does not know is told with those that it has") {
  const RecordedGrafana renamed{"grafana-datasources", false, {{Component::loki, "no-such-uid"}}};
  const auto verdict = judge_recording("healthy", renamed);
  REQUIRE_FALSE(verdict.findings.empty());
  CHECK(verdict.findings.front().cause == "grafana-ds-uid-changed");
  CHECK(verdict.findings.front().summary.find("loki, loki-wrong") != std::string::npos);
}

TEST_CASE("A recorded bad token is lgtmwatch's own trouble, and no datasource is called broken") {
  const auto verdict = judge_recording("healthy", RecordedGrafana{"grafana-datasources", true, {}});
  REQUIRE(verdict.findings.size() == 1);
  CHECK(verdict.findings.front().cause == "watcher-auth-rejected");
  CHECK(verdict.findings.front().stage == Stage::watch);
  CHECK(verdict.state == State::unknown);
}

TEST_CASE("The recorded datasource of a Loki that is down only follows from that") {
  const RecordedGrafana right{"grafana-loki-down",
                              false,
                              {{Component::loki, "loki"}, {Component::tempo, "tempo"}, {Component::mimir, "mimir"}}};
  const auto verdict = judge_recording("loki-down", right);
  for (const auto& finding : verdict.findings) UNSCOPED_INFO(finding.summary);
  REQUIRE(verdict.findings.size() == 1);
  CHECK(verdict.findings.front().cause == "backend-down");
  CHECK(verdict.findings.front().consequences.back() == "Grafana's datasource loki: it answers 502 without a word");
  CHECK(visualize_state(verdict, Signal::logs) == State::unknown);
}

}  // namespace lgtmwatch
