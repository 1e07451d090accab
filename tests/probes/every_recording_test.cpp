// Every folder of tests/recordings beside the causes that come of it, as a whole: none is missing, and none too many.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>

#include "tests/probes/recorded.hpp"
#include "tests/support/source_dir.hpp"

namespace lgtmwatch {
namespace {

using Causes = std::vector<std::string>;

struct Recorded {
  std::string folder;
  Causes causes;  // one a finding, in the order of the alphabet
  std::function<StackVerdict(const std::string& folder)> judge;
};

StackVerdict containers_expected(const std::string& folder) { return judge_recording(folder, false); }

// Where records of the application by OTLP were asked for as well when it was recorded.
StackVerdict otlp_logs_expected(const std::string& folder) { return judge_recording(folder, true); }

// Beside the metric that the deltas are of, target_info goes on and would be all that is looked at.
StackVerdict metric_expected(const std::string& folder) {
  return judge_recording_by_metric(folder, "http_requests_total");
}

// Grafana was recorded without its backends: those are taken from the folder that shows them in the same state.
StackVerdict beside_healthy_backends(const std::string& folder) {
  return judge_recording("healthy", RecordedGrafana{folder, false, {}});
}

StackVerdict beside_loki_down(const std::string& folder) {
  return judge_recording(
      "loki-down",
      RecordedGrafana{
          folder, false, {{Component::loki, "loki"}, {Component::tempo, "tempo"}, {Component::mimir, "mimir"}}});
}

const std::vector<Recorded> recorded{
    {"alloy-down", {"alloy-down-or-crashloop"}, containers_expected},
    {"alloy-frozen", {"alloy-hung"}, containers_expected},
    {"alloy-reload-failed", {"alloy-reload-rejected"}, containers_expected},
    {"app-silent", {"source-silent"}, containers_expected},
    {"delta-temporality", {"delta-temporality"}, metric_expected},
    {"docker-scraper-tails-nothing", {"scraper-tails-nothing"}, containers_expected},
    {"docker-socket-missing", {"docker-socket-missing-or-denied"}, containers_expected},
    // Who recorded it had no tenant either, so lgtmwatch reads nothing there, and Alloy writes nothing: two mistakes.
    {"exporter-no-org", {"exporter-auth-or-no-org", "watcher-tenant-missing"}, containers_expected},
    {"exporter-queue-full", {"backend-down"}, containers_expected},
    // Nothing that was recorded says TLS: it stands among the alternatives (recordings_test.cpp).
    {"exporter-tls-mismatch", {"exporter-unreachable-retrying"}, otlp_logs_expected},
    {"exporter-wrong-port", {"exporter-unreachable-retrying"}, containers_expected},
    {"grafana-datasources",
     {"grafana-ds-wrong-url", "grafana-ds-wrong-url", "grafana-ds-wrong-url"},
     beside_healthy_backends},
    {"grafana-loki-down", {"backend-down"}, beside_loki_down},
    {"healthy", {}, otlp_logs_expected},
    {"logs-not-exported", {"app-logger-not-exported"}, otlp_logs_expected},
    {"loki-down", {"backend-down"}, containers_expected},
    {"loki-ingestion-blocked", {"loki-ingestion-blocked-2xx"}, containers_expected},
    {"loki-rate-limited", {"loki-rate-limited"}, containers_expected},
    {"memory-limiter-refusing", {"memory-limiter-refusing"}, otlp_logs_expected},
    {"mimir-down", {"backend-down"}, containers_expected},
    {"mimir-series-limit", {"mimir-series-limit"}, containers_expected},
    {"reader-without-tenant", {"watcher-tenant-missing"}, containers_expected},
    {"receiver-missing", {"alloy-receiver-not-listening"}, containers_expected},
    {"tempo-down", {"backend-down"}, containers_expected},
    {"tempo-frozen", {"backend-hung"}, containers_expected},
    {"tempo-silent-limit-drop", {"tempo-silent-limit-drop"}, containers_expected},
    {"tenant-mismatch", {"tenant-mismatch"}, containers_expected},
    {"traces-not-emitted", {"otlp-disabled-or-sampled-out"}, otlp_logs_expected},
    {"wired-to-nowhere", {"wired-to-nowhere"}, otlp_logs_expected}};

// They show no stack: what Alloy's components say of themselves, which every other one is read with, and a Docker
// engine.
const std::vector<std::string> parts{"alloy-components", "alloy-evaluation-failed", "docker-engine"};

Causes causes_of(const StackVerdict& verdict) {
  Causes causes;
  for (const auto& finding : verdict.findings) causes.push_back(finding.cause);
  std::sort(causes.begin(), causes.end());
  return causes;
}

}  // namespace

TEST_CASE("Every recording of a stack gives the causes that it must, and no other") {
  for (const auto& each : recorded) {
    INFO(each.folder);
    const auto verdict = each.judge(each.folder);
    for (const auto& finding : verdict.findings) UNSCOPED_INFO(finding.summary);
    CHECK(causes_of(verdict) == each.causes);
  }
}

TEST_CASE("No recording is left out") {
  std::vector<std::string> folders;
  for (const auto& entry : std::filesystem::directory_iterator(source_dir() + "/tests/recordings"))
    folders.push_back(entry.path().filename().string());
  std::sort(folders.begin(), folders.end());
  auto known = parts;
  for (const auto& each : recorded) known.push_back(each.folder);
  std::sort(known.begin(), known.end());
  CHECK(folders == known);
}

}  // namespace lgtmwatch
