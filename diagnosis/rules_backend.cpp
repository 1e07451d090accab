// Backends that are down, hung or not ready, and backends that hold nothing of an application.
#include <fmt/format.h>

#include <algorithm>

#include "diagnosis/backend_writes.hpp"
#include "diagnosis/findings.hpp"
#include "diagnosis/flow.hpp"

namespace lgtmwatch {
namespace {

constexpr std::array backends{Component::mimir, Component::loki, Component::tempo};

Finding backend_finding(const View& view, Component backend, std::string cause) {
  Finding finding;
  finding.cause = std::move(cause);
  finding.subject = std::string(to_string(backend));
  finding.stage = Stage::ingest;
  finding.signals = {signal_of(backend)};
  finding.evidence = evidence_of(view.readiness(backend).run());
  return finding;
}

// What the log of a container that does not stay up says of it.
struct LastWords {
  std::string_view words;
  std::string cause;
  std::string why;
};

const std::vector<LastWords>& known_last_words() {
  static const std::vector<LastWords> known{
      {"no space left on device", "disk-full-any-backend", "its disk is full"},
      {"permission denied", "volume-permission-denied", "it may not write to its volume"},
      {"corruption in segment", "wal-replay-or-corrupt", "its write-ahead log is corrupt"}};
  return known;
}

std::vector<std::string> remedy_for(const LastWords& said, const Container& container, Component backend) {
  if (said.cause == "disk-full-any-backend") return remedy_of_full_disk(backend);
  if (said.cause == "wal-replay-or-corrupt")
    return {
        fmt::format("docker stop {0}; move the segment that the line names out of the write-ahead log's folder; docker "
                    "start {0}. What the segment held is lost",
                    container.name)};
  std::vector<std::string> remedies;
  const auto user = container.user.empty() ? std::string("10001:10001") : container.user;
  for (const auto& mount : container.mounts)
    remedies.push_back(fmt::format("give {} its volume at {}: chown -R {} {}, then docker restart {}",
                                   display_name(backend), mount.destination, user, mount.source, container.name));
  if (remedies.empty())
    remedies.push_back(fmt::format("let the user of {} ({}) own the folder that the line names", container.name, user));
  return remedies;
}

// Of a backend that is silent: why, as its container tells.
std::optional<Finding> ended_backend(const View& view, Component backend, const Error& error) {
  const Containers containers(view);
  const auto* container = container_of(view, containers, backend);
  if (!container) return std::nullopt;
  for (const auto& known : known_last_words()) {
    const auto line = last_words_of(view, backend, known.words);
    if (line.empty()) continue;
    auto finding = backend_finding(view, backend, known.cause);
    finding.summary =
        fmt::format("{} does not stay up, because {} (container {}: {}, restarted {} times)", display_name(backend),
                    known.why, container->name, container->status, container->restarts);
    finding.evidence.insert(finding.evidence.begin(), line);
    finding.remedy = remedy_for(known, *container, backend);
    finding.consequences = {fmt::format("backend-down: {}", error.what)};
    return finding;
  }
  return std::nullopt;
}

Finding silent_backend(const View& view, Component backend, const Error& error) {
  const auto name = display_name(backend);
  if (error.reason == Reason::timeout) {
    auto finding = backend_finding(view, backend, "backend-hung");
    finding.summary = fmt::format("{} hangs: {}", name, error.what);
    finding.remedy = {
        fmt::format("look at {}'s CPU, memory and disk, and whether it is paused; then restart it", name)};
    return finding;
  }
  auto finding = backend_finding(view, backend, "backend-down");
  finding.summary = fmt::format("{} is down: {}", name, error.what);
  finding.remedy = {fmt::format("start {} and read the last lines of its log", name)};
  if (error.reason == Reason::dns || error.reason == Reason::unreachable)
    finding.alternatives = {
        "watcher-not-on-network: lgtmwatch itself has no way to it; compare from another container"};
  return finding;
}

bool some_source_is_stale(const View& view, Component backend) {
  const auto& expectations = view.plan().expectations;
  return std::any_of(expectations.begin(), expectations.end(), [&](const Expectation& expectation) {
    return backend_of(expectation.signal) == backend && view.source(expectation).state == State::broken;
  });
}

bool replays(const View& view, Component backend) {
  const auto* windows = view.counters(backend);
  return gauge_value(windows, GaugeKind::replaying, std::string(to_string(backend)), signal_of(backend)) > 0;
}

Finding unready_backend(const View& view, Component backend, const Readiness& readiness) {
  auto finding = backend_finding(view, backend, replays(view, backend) ? "wal-replay-or-corrupt" : "backend-not-ready");
  finding.severity = Severity::warning;
  finding.state = State::degraded;
  finding.summary = fmt::format("{} says that it is not ready: {}", display_name(backend), readiness.message);
  if (view.is_stuck(backend) && some_source_is_stale(view, backend)) {
    finding.severity = Severity::critical;
    finding.state = State::broken;
    finding.summary += "; it has said so for minutes, and expected records are missing";
  }
  if (replays(view, backend)) {
    finding.summary =
        fmt::format("{} replays its write-ahead log and is not ready: {}", display_name(backend), readiness.message);
    finding.evidence.push_back(
        fmt::format("{}/metrics: loki_ingester_wal_replay_active 1", view.backend(backend)->endpoint.url.text()));
    finding.remedy = {
        "wait, and do not restart it: a restart begins the replay anew. Give it memory and time, and no liveness check "
        "on "
        "/ready",
        "where it is killed and begins again, look at docker inspect (OOMKilled) and lower "
        "ingester.wal.replay_memory_ceiling"};
    return finding;
  }
  const bool waits = readiness.message.find("after being ready") != std::string::npos;
  finding.remedy = {waits ? "wait: it reports ready 15 s after it was first asked"
                          : "look at /services and /ring of the component for what is not running"};
  return finding;
}

struct Emptiness {
  std::string cause;
  std::string summary;
  const RunRecord* run = nullptr;
};

std::optional<Emptiness> emptiness_of(const View& view, Component backend) {
  const auto address = view.address(backend);
  const auto& require = view.plan().require;
  if (backend == Component::loki && require.loki_labels) {
    const auto seen = view.settled<LokiLabels>("loki_labels", address);
    if (seen.value() && seen.value()->labels == 0)
      return Emptiness{"loki-without-labels", "Loki has no labels: no log record has arrived in this tenant",
                       seen.run()};
  }
  if (backend == Component::tempo && require.tempo_services) {
    const auto seen = view.settled<TempoServices>("tempo_services", address);
    if (seen.value() && seen.value()->services == 0)
      return Emptiness{"tempo-without-services", "Tempo has no services: no trace has arrived in this tenant",
                       seen.run()};
  }
  if (backend == Component::mimir && require.application_jobs) {
    const auto seen = view.settled<MimirTenant>("mimir_tenant", address);
    if (seen.value() && seen.value()->application_jobs == 0)
      return Emptiness{
          "mimir-only-stack-jobs",
          fmt::format("Mimir holds only the stack's own jobs ({}): no metric of an application has arrived",
                      seen.value()->jobs),
          seen.run()};
  }
  return std::nullopt;
}

// Nothing reaches the backend, so that it is empty.
Finding* explaining_emptiness(Diagnosis& diagnosis, Component backend) {
  for (auto& finding : diagnosis.findings) {
    const bool on_the_way =
        finding.stage == Stage::process || finding.stage == Stage::export_ || finding.stage == Stage::ingest;
    const bool concerned =
        std::find(finding.signals.begin(), finding.signals.end(), signal_of(backend)) != finding.signals.end();
    if (on_the_way && concerned && finding.state == State::broken) return &finding;
  }
  return nullptr;
}

}  // namespace

void find_backend_faults(const View& view, Diagnosis& diagnosis) {
  for (const auto backend : backends) {
    const auto ready = view.readiness(backend);
    const auto keeps = [&](const Expectation& expectation) { return backend_of(expectation.signal) == backend; };
    if (const auto* silence = view.silence(backend)) {
      auto ended = ended_backend(view, backend, *silence);
      auto finding = ended ? std::move(*ended) : silent_backend(view, backend, *silence);
      explain_silence(view, diagnosis, finding, keeps);
      diagnosis.findings.push_back(std::move(finding));
    } else if (ready.value() && !ready.value()->ready && !view.is_starting(backend)) {
      auto finding = unready_backend(view, backend, *ready.value());
      explain_silence(view, diagnosis, finding, keeps);
      diagnosis.findings.push_back(std::move(finding));
    }
  }
}

void find_empty_backends(const View& view, Diagnosis& diagnosis) {
  for (const auto backend : backends) {
    const bool doubtful = view.is_recovering(backend) || view.holds_young_records(backend);
    const auto empty = doubtful ? std::nullopt : emptiness_of(view, backend);
    if (!empty) continue;
    if (auto* root = explaining_emptiness(diagnosis, backend)) {
      root->consequences.push_back(empty->cause + ": " + empty->summary);
      continue;
    }
    auto finding = backend_finding(view, backend, empty->cause);
    finding.stage = backend == Component::mimir ? Stage::source : Stage::ingest;
    finding.summary = empty->summary;
    finding.evidence = evidence_of(empty->run);
    finding.remedy = {"follow one application's telemetry from its exporter's endpoint through Alloy to this backend"};
    finding.alternatives = {
        "source-silent: no application sends this signal",
        "exporter-unreachable-retrying: Alloy cannot deliver it",
        "tenant-mismatch: it is written to another tenant than the one that lgtmwatch reads",
    };
    explain_silence(view, diagnosis, finding, [&](const Expectation& expectation) {
      return backend_of(expectation.signal) == backend && view.source(expectation).state != State::healthy;
    });
    diagnosis.findings.push_back(std::move(finding));
  }
}

}  // namespace lgtmwatch
