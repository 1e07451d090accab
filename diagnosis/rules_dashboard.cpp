// Dashboards: missing, with panels that fail, or with panels that had data and are empty although it arrives.
//
// They come last: what fails behind a panel has been told before, and the panel follows from it.
#include <fmt/format.h>

#include <algorithm>

#include "diagnosis/dashboards.hpp"
#include "diagnosis/findings.hpp"
#include "diagnosis/visualize.hpp"

namespace lgtmwatch {
namespace {

using Panels = std::vector<const PanelAnswer*>;

std::vector<std::string> titles_of(const Panels& panels) {
  std::vector<std::string> titles;
  for (const auto* panel : panels) titles.push_back(panel->title);
  return titles;
}

std::string counted(const Panels& panels) {
  return panels.size() == 1 ? std::string("a panel") : fmt::format("{} panels", panels.size());
}

std::vector<Signal> signals_of(const View& view, const Panels& panels) {
  std::vector<Signal> signals;
  for (const auto signal : all_signals)
    if (std::any_of(panels.begin(), panels.end(),
                    [&](const PanelAnswer* panel) { return shows(view, *panel, signal); }))
      signals.push_back(signal);
  return signals;
}

Finding dashboard_finding(std::string cause, const std::string& dashboard) {
  Finding finding;
  finding.cause = std::move(cause);
  finding.subject = dashboard;
  finding.stage = Stage::visualize;
  finding.severity = Severity::warning;
  finding.state = State::degraded;
  return finding;
}

void add_evidence(Finding& finding, const RunRecord& run, const Panels& panels) {
  for (const auto* panel : panels)
    for (auto i = panel->asked_first; i < std::min(panel->asked_end, run.exchanges.size()); ++i)
      finding.evidence.push_back(evidence_line(run.exchanges[i]));
}

void find_missing_dashboard(const View& view, Diagnosis& diagnosis, const std::string& dashboard) {
  const auto seen = view.dashboard(dashboard);
  if (!seen.value() || !seen.value()->missing) return;
  constexpr std::string_view prefix = "folder:";
  const bool folder = dashboard.starts_with(prefix);
  auto finding = dashboard_finding("dashboard-missing", dashboard);
  finding.summary =
      folder ? fmt::format("Grafana shows lgtmwatch no dashboard in a folder {}", dashboard.substr(prefix.size()))
             : fmt::format("Grafana has no dashboard with the uid {}", dashboard);
  finding.remedy = {folder ? "correct the folder's name in `grafana.dashboards`, or give the service account of "
                             "`grafana.auth` the right to read it"
                           : "import the dashboard again with this uid, or correct the uid in `grafana.dashboards`: it "
                             "stands in the dashboard's address, /d/UID/…"};
  finding.evidence = evidence_of(seen.run());
  diagnosis.findings.push_back(std::move(finding));
}

// Telemetry that the panel shows is known to be missing or late, which empties it.
Finding* greater_finding(const View& view, Diagnosis& diagnosis, const PanelAnswer& panel) {
  for (auto& finding : diagnosis.findings) {
    const bool concerns = std::any_of(finding.signals.begin(), finding.signals.end(),
                                      [&](Signal signal) { return shows(view, panel, signal); });
    if (concerns && finding.stage < Stage::visualize && finding.state >= State::degraded) return &finding;
  }
  return nullptr;
}

void find_emptied_panels(const View& view, Diagnosis& diagnosis, const std::string& dashboard, const Panels& emptied) {
  Panels unexplained;
  for (const auto* panel : emptied) {
    if (auto* root = greater_finding(view, diagnosis, *panel)) {
      root->consequences.push_back(fmt::format("the panel {} is empty", panel->title));
    } else {
      unexplained.push_back(panel);
    }
  }
  if (unexplained.empty()) return;
  auto finding = dashboard_finding("dashboard-metric-renamed", dashboard);
  finding.signals = signals_of(view, unexplained);
  finding.summary =
      fmt::format("dashboard {}: {} that had data {} empty, while telemetry arrives: {}", dashboard,
                  counted(unexplained), unexplained.size() == 1 ? "is" : "are", listed(titles_of(unexplained)));
  finding.remedy = {
      "compare the names of metrics and labels in the queries below with those that arrive now: a new version of an "
      "application, an exporter or a rule may have renamed them; then correct the panels"};
  finding.alternatives = {"what these panels show has stopped: a part of the application no longer runs or reports"};
  add_evidence(finding, *view.dashboard(dashboard).run(), unexplained);
  diagnosis.findings.push_back(std::move(finding));
}

// No datasource of the panel's backend works, whatever its uid.
Finding* datasource_finding(const View& view, Diagnosis& diagnosis, const PanelAnswer& panel) {
  for (auto& finding : diagnosis.findings) {
    const bool broken = finding.stage == Stage::visualize && finding.state == State::broken;
    if (broken && std::any_of(finding.signals.begin(), finding.signals.end(),
                              [&](Signal signal) { return shows(view, panel, signal); }))
      return &finding;
  }
  return nullptr;
}

void find_panels_without_datasource(const View& view, Diagnosis& diagnosis, const std::string& dashboard,
                                    const Panels& all) {
  Panels panels;
  for (const auto* panel : all) {
    if (auto* root = datasource_finding(view, diagnosis, *panel)) {
      root->consequences.push_back(fmt::format("the panel {} fails", panel->title));
    } else {
      panels.push_back(panel);
    }
  }
  if (panels.empty()) return;
  std::vector<std::string> uids;
  for (const auto* panel : panels)
    for (const auto& datasource : panel->datasources)
      if (!datasource.listed && std::find(uids.begin(), uids.end(), datasource.uid) == uids.end())
        uids.push_back(datasource.uid);
  auto finding = dashboard_finding("grafana-ds-uid-changed", dashboard);
  finding.signals = signals_of(view, panels);
  finding.summary = fmt::format("dashboard {}: {} of a datasource that Grafana does not know ({}): {}", dashboard,
                                counted(panels), listed(uids), listed(titles_of(panels)));
  finding.remedy = {"choose the datasource anew in these panels, or fix its old `uid` in the provisioning file"};
  add_evidence(finding, *view.dashboard(dashboard).run(), panels);
  diagnosis.findings.push_back(std::move(finding));
}

void find_failing_panels(const View& view, Diagnosis& diagnosis, const std::string& dashboard, const Panels& failing) {
  Panels without_datasource;
  Panels panels;
  for (const auto* panel : failing) (panel->unknown_datasource ? without_datasource : panels).push_back(panel);
  find_panels_without_datasource(view, diagnosis, dashboard, without_datasource);
  if (panels.empty()) return;
  auto finding = dashboard_finding("dashboard-panel-failing", dashboard);
  finding.signals = signals_of(view, panels);
  finding.summary = fmt::format("dashboard {}: {} {}: {}; {}", dashboard, counted(panels),
                                panels.size() == 1 ? "fails" : "fail", listed(titles_of(panels)), panels.front()->what);
  finding.remedy = {"correct the query of the panel as the error says, and repeat the request below"};
  add_evidence(finding, *view.dashboard(dashboard).run(), panels);
  diagnosis.findings.push_back(std::move(finding));
}

}  // namespace

void find_dashboard_faults(const View& view, Diagnosis& diagnosis) {
  if (!view.plan().grafana || !is_grafana_well(view)) return;
  for (const auto& dashboard : view.plan().grafana->dashboards) {
    if (view.precedes_recovery(view.dashboard(dashboard).run(), Component::grafana)) continue;
    find_missing_dashboard(view, diagnosis, dashboard);
    const auto faulty = faulty_panels(view, dashboard);
    find_failing_panels(view, diagnosis, dashboard, faulty.failing);
    find_emptied_panels(view, diagnosis, dashboard, faulty.emptied);
  }
}

}  // namespace lgtmwatch
