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

}  // namespace lgtmwatch
