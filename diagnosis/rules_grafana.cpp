// Grafana: away, not ready, closed to lgtmwatch, and datasources through which no query comes back.
//
// What fails here loses no telemetry: it arrives, and people cannot see it. So the stage is broken, and the signals are
// degraded (weight_of in paths.hpp).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "diagnosis/findings.hpp"
#include "diagnosis/receiver_causes.hpp"
#include "diagnosis/visualize.hpp"

namespace lgtmwatch {
namespace {

constexpr std::array backends{Component::loki, Component::tempo, Component::mimir};

std::vector<Signal> all_seen_signals(const View& view) {
  std::vector<Signal> signals;
  for (const auto signal : all_signals)
    if (view.backend(backend_of(signal))) signals.push_back(signal);
  return signals;
}

Finding grafana_finding(const View& view, std::string cause) {
  Finding finding;
  finding.cause = std::move(cause);
  finding.subject = "grafana";
  finding.stage = Stage::visualize;
  finding.signals = all_seen_signals(view);
  return finding;
}

// True where nothing else is to be said of Grafana.
bool find_absence(const View& view, Diagnosis& diagnosis) {
  const auto ready = view.readiness(Component::grafana);
  const bool silent = view.silence(Component::grafana) != nullptr;
  if (!silent && (!ready.value() || ready.value()->ready)) return false;
  const bool hangs = silent && ready.error()->reason == Reason::timeout;
  auto finding = grafana_finding(view, hangs ? "grafana-hung" : "grafana-down-or-db");
  finding.evidence = evidence_of(ready.run());
  if (hangs) {
    finding.summary = fmt::format("Grafana hangs, so nobody sees what arrives: {}", ready.error()->what);
    finding.remedy = {"look at Grafana's CPU, memory and database, and whether it is paused; then restart it"};
  } else if (silent) {
    finding.summary = fmt::format("Grafana is down, so nobody sees what arrives: {}", ready.error()->what);
    finding.remedy = {"start Grafana and read the last lines of its log"};
  } else {
    finding.summary = fmt::format("Grafana says that it is not ready: {}", ready.value()->message);
    finding.remedy = {"make Grafana's database reachable and writable: its host, or the owner of its data directory"};
  }
  diagnosis.findings.push_back(std::move(finding));
  return true;
}

// The first question that Grafana did not let us ask, or answered in a way that nobody understands.
const RunRecord* failed_question(const View& view) {
  const auto ready = view.readiness(Component::grafana);
  if (ready.error()) return ready.run();
  for (const auto backend : backends)
    if (view.datasources(backend).error()) return view.datasources(backend).run();
  for (const auto& dashboard : view.plan().grafana->dashboards)
    if (view.dashboard(dashboard).error()) return view.dashboard(dashboard).run();
  return nullptr;
}

void find_closed_grafana(const View& view, Diagnosis& diagnosis) {
  const auto* run = failed_question(view);
  if (!run || !is_grafana_well(view)) return;
  const bool in_the_way = fails_at_proxy(view.backend(Component::grafana)->endpoint, *run->failure);
  const bool rejected = !in_the_way && (run->failure->reason == Reason::auth || run->failure->reason == Reason::tenant);
  auto finding = grafana_finding(view, rejected     ? "watcher-auth-rejected"
                                       : in_the_way ? "watcher-proxy-failing"
                                                    : "watcher-query-failed");
  finding.stage = Stage::watch;
  finding.severity = Severity::warning;
  finding.state = State::unknown;
  finding.evidence = evidence_of(run);
  if (rejected) {
    finding.summary = fmt::format(
        "Grafana rejects lgtmwatch's credentials: {}. Whether people see what arrives is unknown", run->failure->what);
    finding.remedy = {"give `grafana.auth` the token of a service account with the role Viewer"};
  } else if (in_the_way) {
    finding.summary = fmt::format("lgtmwatch does not get through its proxy to Grafana: {}", run->failure->what);
    finding.remedy = {run->failure->hint};
  } else {
    finding.summary =
        fmt::format("Grafana cannot be asked at {}: {}", view.address(Component::grafana), run->failure->what);
    finding.remedy = {
        run->failure->reason == Reason::internal
            ? run->failure->hint
            : fmt::format("check that it is Grafana that answers at {}", view.address(Component::grafana))};
  }
  diagnosis.findings.push_back(std::move(finding));
}

struct Kind {
  std::string cause;
  std::string summary;
  std::string remedy;
};

bool reads_as_a_tenant(const View& view, Component backend) {
  const auto& headers = view.backend(backend)->endpoint.headers;
  return std::any_of(headers.begin(), headers.end(), [](const Header& h) { return h.name == "X-Scope-OrgID"; });
}

Kind rejected_kind(const View& view, Component backend, const DatasourceAnswer& answer, const std::string& about) {
  const auto name = display_name(backend);
  const bool tenant = answer.what.find("no org id") != std::string::npos || reads_as_a_tenant(view, backend);
  if (tenant)
    return {"grafana-ds-tenant-missing", fmt::format("{} sends no tenant that {} takes: {}", about, name, answer.what),
            "add the header X-Scope-OrgID to the datasource, with the tenant that Alloy writes to"};
  return {"grafana-ds-auth-rejected", fmt::format("{} has no credentials that {} takes: {}", about, name, answer.what),
          fmt::format("set the credentials that {} expects in the datasource, or its tenant (X-Scope-OrgID)", name)};
}

Kind missing_kind(const DatasourceAnswers& answers, const std::string& uid) {
  if (answers.others.empty())
    return {"grafana-ds-missing",
            fmt::format("Grafana has no datasource with the uid {}, nor another of its type", uid),
            "add the datasource, best by a provisioning file that fixes its uid"};
  return {"grafana-ds-uid-changed",
          fmt::format("Grafana has no datasource with the uid {}; of its type there is {}: dashboards and alert rules "
                      "that name the old uid fail",
                      uid, fmt::join(answers.others, ", ")),
          fmt::format("fix `uid: {}` in the provisioning file of the datasource", uid)};
}

Kind kind_of(const View& view, Component backend, const DatasourceAnswers& answers, const DatasourceAnswer& answer) {
  const auto name = display_name(backend);
  const auto about = fmt::format("Grafana's datasource {}", answer.uid);
  switch (answer.answer) {
    case QueryAnswer::missing: return missing_kind(answers, answer.uid);
    case QueryAnswer::unauthorized: return rejected_kind(view, backend, answer, about);
    case QueryAnswer::unreachable:
      return {"grafana-ds-wrong-url", fmt::format("{} reaches nothing at its URL: {}", about, answer.what),
              fmt::format("set the URL of the datasource to where {} listens as seen from Grafana: in a container "
                          "localhost is Grafana itself",
                          name)};
    case QueryAnswer::stranger:
      return {"grafana-ds-wrong-url",
              fmt::format("{} asks under a wrong path, or something that is not {}: {}", about, name, answer.what),
              fmt::format("correct the URL of the datasource: {}",
                          backend == Component::mimir ? "of Mimir it ends in /prometheus" : "it has no path")};
    case QueryAnswer::hidden:
      return {"grafana-ds-green-but-empty", fmt::format("{} answers, but shows nothing: {}", about, answer.what),
              "compare the tenant (X-Scope-OrgID) and the URL of the datasource with those of lgtmwatch's own reads"};
    case QueryAnswer::silent:
      return {"grafana-ds-query-failed", fmt::format("a query through {} is not answered: {}", about, answer.what),
              fmt::format("look at the way from Grafana to {}: a firewall, or a proxy between them", name)};
    default:
      return {"grafana-ds-query-failed", fmt::format("a query through {} fails: {}", about, answer.what),
              fmt::format("repeat the request below, and look at the logs of Grafana and {}", name)};
  }
}

Finding datasource_finding(const View& view, Component backend, std::string subject, Kind kind) {
  auto finding = grafana_finding(view, std::move(kind.cause));
  finding.subject = std::move(subject);
  finding.signals = {signal_of(backend)};
  finding.summary = std::move(kind.summary);
  finding.remedy = {std::move(kind.remedy)};
  if (visualize_state(view, backend) != State::broken) {  // another datasource of the backend works
    finding.state = State::degraded;
    finding.severity = Severity::warning;
  }
  return finding;
}

// A backend that fails explains the datasource that fails with it.
Finding* finding_of_backend(Diagnosis& diagnosis, Component backend) {
  for (auto& finding : diagnosis.findings)
    if (finding.subject == to_string(backend) && (finding.stage == Stage::ingest || finding.stage == Stage::query))
      return &finding;
  return nullptr;
}

// The backend fails at lgtmwatch's own questions as well, in a way that nothing explains.
Finding* failing_alike(Diagnosis& diagnosis, Component backend, const DatasourceAnswer& answer) {
  if (answer.answer != QueryAnswer::failed && answer.answer != QueryAnswer::silent) return nullptr;
  for (auto& finding : diagnosis.findings)
    if (finding.cause == "watcher-query-failed" && finding.subject == to_string(backend)) return &finding;
  return nullptr;
}

// It can come from the backend itself, of which less is known at this moment.
bool is_the_backends(const DatasourceAnswer& answer) {
  return answer.answer != QueryAnswer::missing && answer.answer != QueryAnswer::stranger;
}

void find_datasource_faults(const View& view, Diagnosis& diagnosis, Component backend) {
  const auto seen = view.datasources(backend);
  if (!seen.value()) return;
  if (seen.value()->asked.empty()) {
    Kind none{"grafana-ds-missing", fmt::format("Grafana has no datasource of {}'s type", display_name(backend)),
              "add the datasource, best by a provisioning file that fixes its uid"};
    auto finding = datasource_finding(view, backend, std::string(to_string(backend)), std::move(none));
    finding.evidence = evidence_of(seen.run());
    diagnosis.findings.push_back(std::move(finding));
  }
  for (const auto& answer : seen.value()->asked) {
    if (answer.answer < QueryAnswer::missing) continue;
    const bool is_broken = datasource_state(view, backend, answer) == State::broken;
    auto* root = is_broken ? failing_alike(diagnosis, backend, answer) : finding_of_backend(diagnosis, backend);
    if (root) root->consequences.push_back(fmt::format("Grafana's datasource {}: {}", answer.uid, answer.what));
    if (root || !is_broken) continue;
    if (is_the_backends(answer) && (view.is_in_doubt(backend) || view.precedes_recovery(seen.run(), backend))) continue;
    auto finding = datasource_finding(view, backend, answer.uid, kind_of(view, backend, *seen.value(), answer));
    const auto& exchanges = seen.run()->exchanges;
    for (auto i = answer.asked_first; i < std::min(answer.asked_end, exchanges.size()); ++i)
      finding.evidence.push_back(evidence_line(exchanges[i]));
    diagnosis.findings.push_back(std::move(finding));
  }
}

}  // namespace

void find_grafana_faults(const View& view, Diagnosis& diagnosis) {
  if (!view.plan().grafana || find_absence(view, diagnosis)) return;
  find_closed_grafana(view, diagnosis);
  if (!is_grafana_well(view)) return;
  for (const auto backend : backends)
    if (view.backend(backend)) find_datasource_faults(view, diagnosis, backend);
}

}  // namespace lgtmwatch
