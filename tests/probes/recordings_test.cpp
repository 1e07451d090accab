// What real components answered, read by the probes and judged: as far as these probes can tell.
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
constexpr auto broken = State::broken;

const std::vector<Expected> told_exactly{
    {"app-silent", false, "source-silent", Stage::source, broken, healthy, broken},
    {"traces-not-emitted", true, "otlp-disabled-or-sampled-out", Stage::source, healthy, healthy, broken},
    {"logs-not-exported", true, "app-logger-not-exported", Stage::source, healthy, broken, healthy},
    {"docker-scraper-tails-nothing", false, "scraper-tails-nothing", Stage::receive, healthy, broken, healthy},
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

// The signal is broken, and the cause can only be told by counters or canaries, which these probes do not read: the
// finding names it as an alternative.
struct ToldAsAlternative {
  std::string name;
  bool otlp_logs;
  Signal signal;
  std::string cause;
};

const std::vector<ToldAsAlternative> told_as_alternative{
    {"docker-socket-missing", false, Signal::logs, "docker-socket-missing-or-denied"},
    {"docker-scraper-tails-nothing", false, Signal::logs, "docker-targets-without-container-id"},
    {"exporter-tls-mismatch", true, Signal::traces, "exporter-tls-mismatch"},
    {"tenant-mismatch", false, Signal::traces,
     "tenant-mismatch: it is written to another tenant than the one that "
     "lgtmwatch reads"},
    {"loki-rate-limited", false, Signal::logs, "loki-rate-limited"},
    {"loki-ingestion-blocked", false, Signal::logs, "loki-ingestion-blocked-2xx"},
    {"memory-limiter-refusing", true, Signal::metrics, "memory-limiter-refusing"},
    {"memory-limiter-refusing", true, Signal::traces, "memory-limiter-refusing"},
    {"wired-to-nowhere", true, Signal::logs, "wired-to-nowhere"},
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

TEST_CASE("A recorded fault that these probes cannot tell for sure is broken, with the cause among the alternatives") {
  for (const auto& expected : told_as_alternative) {
    INFO(expected.name);
    const auto verdict = judge_recording(expected.name, expected.otlp_logs);
    CHECK(verdict.signals.at(expected.signal) == State::broken);
    REQUIRE(!verdict.findings.empty());
    CHECK(contains(verdict.findings.front().alternatives, expected.cause));
  }
}

TEST_CASE("A reader that Loki answers 401 does not know whether logs arrive") {
  const auto verdict = judge_recording("exporter-no-org", false);
  CHECK(verdict.signals.at(Signal::logs) == State::unknown);
  REQUIRE(verdict.findings.size() == 1);
  CHECK(verdict.findings.front().cause == "watcher-tenant-missing");
}

TEST_CASE("Faults that leave every expected record fresh are not invented") {
  // A series limit that spares the old series, a trace limit that lets the first trace through, and delta counters
  // beside target_info show in counters and canaries only.
  // exporter-wrong-port was recorded without the search for the newest trace, so no source of traces is expected in it.
  for (const auto* name :
       {"mimir-series-limit", "tempo-silent-limit-drop", "delta-temporality", "exporter-wrong-port"}) {
    INFO(name);
    const auto verdict = judge_recording(name, false);
    CHECK(verdict.findings.empty());
    CHECK(verdict.state == State::healthy);
  }
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
