// Canaries that do not arrive although nothing else explains it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "diagnosis/canaries.hpp"
#include "diagnosis/canary_ways.hpp"
#include "diagnosis/findings.hpp"

namespace lgtmwatch {
namespace {

bool may_backend_explain(const View& view, const CanaryRouteFacts& route) {
  const auto backend = backend_of(route.plan->signal);
  if (view.is_in_doubt(backend)) return true;
  const auto* counted = view.find(std::string(to_string(backend)) + "_metrics", view.address(backend));
  return counted && counted->last && counted->last->at < route.last->written;
}

// A single one went wrong, and the receiver that it went into was not asked since, or has failed once, or its Alloy
// has: they may be closed or down, which would explain it. Past Alloy the same of the backend, which may count why it
// throws it away.
bool may_be_explained(const View& view, const CanaryRouteFacts& route) {
  if (!route.last || canary_state(view, route) == State::broken) return false;
  if (is_direct(route)) return may_backend_explain(view, route);
  const auto* receiver = view.receiver(route.plan->route);
  if (!receiver) return false;
  const auto* alloy = view.alloy_of(route.plan->route);
  if (alloy && view.is_in_doubt("alloy_ready", alloy->name)) return true;
  if (view.is_receiver_in_doubt(route.plan->route)) return true;
  const auto asked = view.receiver_answers(route.plan->route);
  return asked.run() && asked.run()->at < route.last->written;
}

std::string what_happens(const View& view, const CanaryRouteFacts& route) {
  if (const auto overdue = route.overdue_still(view.now()); overdue > 0 && !is_only_late(view, route))
    return fmt::format("{} overdue after {}", overdue, format_age(route.plan->patience.deadline));
  return fmt::format("the last was {}", to_string(route.recent.front()));
}

std::string described(const View& view, const CanaryRouteFacts& route) {
  return fmt::format("{}/{}: {}", canary_path_of(route), to_string(route.plan->signal), what_happens(view, route));
}

std::string not_arriving(const CanaryRouteFacts& route) {
  return route.plan->entrance == CanaryEntrance::scrape ? "watcher-metrics-not-in-mimir" : "canary-not-arriving";
}

std::string cause_of(const View& view, const CanaryRouteFacts& route) {
  if (route.last && route.last->log_unreadable) return "docker-log-driver-unreadable";
  if (route.overdue_still(view.now()) > 0 && !is_only_late(view, route)) return not_arriving(route);
  switch (route.recent.front()) {
    case CanaryOutcome::rejected: return "canary-rejected";
    case CanaryOutcome::corrupt: return "canary-corrupt";
    case CanaryOutcome::duplicate: return "canary-duplicated";
    case CanaryOutcome::late: return "canary-late";
    default: return not_arriving(route);
  }
}

std::vector<std::string> alternatives_to(Stage stage, const CanaryRouteFacts& route) {
  if (route.plan->entrance == CanaryEntrance::scrape && stage == Stage::receive)
    return {"scrape-target-down", "scrape-limit-exceeded"};
  if (stage == Stage::source) return {"volume-permission-denied"};
  if (route.plan->entrance == CanaryEntrance::file)
    return {"file-target-matches-nothing", "loki-rate-limited", "tenant-mismatch"};
  if (stage == Stage::receive) return {"memory-limiter-refusing", "wired-to-nowhere"};
  if (stage == Stage::export_)
    return {"exporter-unreachable-retrying", "exporter-queue-full-drop", "exporter-auth-or-no-org", "tenant-mismatch"};
  switch (route.plan->signal) {
    case Signal::metrics: return {"mimir-series-limit", "mimir-out-of-order-or-duplicate", "tenant-mismatch"};
    case Signal::logs: return {"loki-rate-limited", "loki-ingestion-blocked-2xx", "tenant-mismatch"};
    case Signal::traces: return {"tempo-silent-limit-drop", "tempo-rate-limited", "tenant-mismatch"};
  }
  return {};
}

std::string remedy_for(Stage stage, const CanaryRouteFacts& route, const std::vector<std::string>& exporters) {
  if (stage == Stage::receive && route.plan->entrance == CanaryEntrance::scrape)
    return "scrape /metrics of lgtmwatch: look whether whoever should do it has it among its targets, reaches it, and "
           "how often it comes";
  if (route.last && route.last->log_unreadable)
    return fmt::format("run the container {} with the log driver json-file, local or journald", route.plan->container);
  if (stage == Stage::source)
    return fmt::format("let lgtmwatch write there, or take the route {} out of canaries.routes", route.plan->route);
  if (stage == Stage::receive)
    return fmt::format("read what the receiver {} answered, below, and Alloy's log at that moment", route.plan->route);
  if (stage == Stage::export_)
    return fmt::format(
        "a canary written past Alloy arrives, so follow it from Alloy's receiver to {}: queue, failed and dropped "
        "counters, and Alloy's log",
        exporters.empty() ? "its exporter" : fmt::format("{}", fmt::join(exporters, ", ")));
  return fmt::format(
      "look at what {} discards and why (its /metrics, and its log), and at the tenant that is written to",
      display_name(backend_of(route.plan->signal)));
}

Finding canary_finding(const View& view, const CanaryRouteFacts& route) {
  Finding finding;
  finding.cause = cause_of(view, route);
  finding.subject = route.plan->route;
  finding.stage = failing_stage(view, route);
  finding.signals = {route.plan->signal};
  finding.path = canary_path_of(route);
  finding.state = canary_state(view, route);
  if (finding.state < State::broken) finding.severity = Severity::warning;
  finding.summary = fmt::format("what lgtmwatch itself writes as {} through {} does not come back as it should: {}",
                                to_string(route.plan->signal), route.plan->route, what_happens(view, route));
  if (route.last) {
    if (!route.last->trouble.empty()) finding.summary += " (" + route.last->trouble + ")";
    finding.evidence = route.last->evidence;
  }
  const auto way = way_out(view, route);
  finding.evidence.insert(finding.evidence.end(), way.evidence.begin(), way.evidence.end());
  finding.remedy = {remedy_for(finding.stage, route, way.exporters)};
  if (!way.remedy.empty()) finding.remedy.push_back(way.remedy);
  finding.alternatives = alternatives_to(finding.stage, route);
  return finding;
}

}  // namespace

void find_lost_canaries(const View& view, Diagnosis& diagnosis) {
  for (const auto& route : view.canaries()) {
    if (canary_state(view, route) < State::degraded || may_be_explained(view, route)) continue;
    const auto signal = route.plan->signal;
    auto& findings = diagnosis.findings;
    const auto greater = std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
      return concerns(finding, signal) && finding.stage != Stage::source && finding.stage != Stage::visualize;
    });
    if (greater != findings.end()) {
      greater->consequences.push_back(described(view, route));
    } else {
      findings.push_back(canary_finding(view, route));
    }
  }
}

}  // namespace lgtmwatch
