#include "diagnosis/dashboards.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "daemon/model/datasource_type.hpp"
#include "diagnosis/visualize.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration shown_by_a_panel = std::chrono::minutes(5);  // Prometheus shows no older sample as of now

constexpr int confirmations = 2;
constexpr int steady = 5;
// A panel that comes and goes, or that shows errors and the like, may be empty; it takes so many runs with new data
// until it is expected to have some.
constexpr int steady_where_it_comes_and_goes = 400;

std::optional<Component> backend_of(const View& view, std::string_view type) {
  const auto backend = backend_of_type(type);
  return backend && view.backend(*backend) ? backend : std::nullopt;
}

// Known to be healthy, or not asked by lgtmwatch itself.
bool works(const View& view, const std::string& datasource) {
  const auto statuses = datasource_statuses(view);
  const auto known = std::find_if(statuses.begin(), statuses.end(),
                                  [&](const DatasourceStatus& status) { return status.datasource == datasource; });
  return known == statuses.end() || known->state == State::healthy;
}

bool stands_alone(const View& view, const PanelAnswer& panel) {
  return std::all_of(panel.datasources.begin(), panel.datasources.end(), [&](const PanelDatasource& datasource) {
    const auto backend = backend_of(view, datasource.type);
    return works(view, datasource.uid) && (!backend || is_well(view, *backend));
  });
}

// The very first look counts at once; later a second one has to confirm it.
bool has_failed_twice(const ProbeFacts& facts, const PanelAnswer& panel) {
  const auto past = facts.panels.find(panel.id);
  if (past == facts.panels.end() || past->second.failing >= confirmations) return true;
  return past->second.with_data == 0 && past->second.empty == 0 && !past->second.aged;
}

bool has_lost_its_data(const ProbeFacts& facts, const PanelAnswer& panel) {
  const auto past = facts.panels.find(panel.id);
  if (past == facts.panels.end() || past->second.empty < confirmations) return false;
  const bool comes_and_goes = panel.seldom || past->second.broken_off;
  return past->second.with_data >= (comes_and_goes ? steady_where_it_comes_and_goes : steady);
}

bool expects_something(const View& view, Component backend) {
  const auto& expectations = view.plan().expectations;
  return std::any_of(expectations.begin(), expectations.end(),
                     [&](const Expectation& each) { return lgtmwatch::backend_of(each.signal) == backend; });
}

// Something young is there to be seen: in the backend, or on another panel that reads the same datasource.
bool something_arrives(const View& view, const DashboardPanels& found, const PanelDatasource& datasource) {
  const auto backend = backend_of(view, datasource.type);
  if (backend && view.holds_young_records(*backend, shown_by_a_panel)) return true;
  if (backend && expects_something(view, *backend)) return false;
  const auto reads_it = [&](const PanelDatasource& other) { return other.uid == datasource.uid; };
  return std::any_of(found.panels.begin(), found.panels.end(), [&](const PanelAnswer& other) {
    return other.state == PanelState::data && other.datasources.size() == 1 && reads_it(other.datasources.front());
  });
}

bool something_arrives(const View& view, const DashboardPanels& found, const PanelAnswer& panel) {
  return std::all_of(panel.datasources.begin(), panel.datasources.end(),
                     [&](const PanelDatasource& datasource) { return something_arrives(view, found, datasource); });
}

State state_of(const View& view, const std::string& dashboard, const DashboardPanels& found) {
  if (!is_grafana_well(view)) return State::unknown;
  if (found.missing) return State::broken;
  const auto faulty = faulty_panels(view, dashboard);
  if (!faulty.emptied.empty() || !faulty.failing.empty()) return State::degraded;
  const auto has_data = [](const PanelAnswer& panel) { return panel.state == PanelState::data; };
  const bool any = std::any_of(found.panels.begin(), found.panels.end(), has_data);
  const bool all = std::all_of(found.panels.begin(), found.panels.end(), [&](const PanelAnswer& panel) {
    return has_data(panel) || (panel.seldom && panel.state == PanelState::empty);
  });
  return any && all && found.not_asked == 0 ? State::healthy : State::unknown;
}

std::string titles_in(const DashboardStatus& status, PanelState state, std::string_view word) {
  std::vector<std::string> titles;
  for (const auto& panel : status.panels)
    if (panel.state == state) titles.push_back(panel.title);
  return titles.empty() ? std::string() : fmt::format("{}: {}", word, listed(titles));
}

}  // namespace

FaultyPanels faulty_panels(const View& view, const std::string& dashboard) {
  FaultyPanels faulty;
  const auto* facts = view.find("grafana_dashboard", dashboard);
  const auto* found = view.dashboard(dashboard).value();
  if (!facts || !found || !is_grafana_well(view)) return faulty;
  for (const auto& panel : found->panels) {
    if (panel.state != PanelState::error && panel.state != PanelState::empty) continue;
    if (!stands_alone(view, panel)) continue;
    if (panel.state == PanelState::error && has_failed_twice(*facts, panel)) faulty.failing.push_back(&panel);
    if (panel.state == PanelState::empty && has_lost_its_data(*facts, panel) && something_arrives(view, *found, panel))
      faulty.emptied.push_back(&panel);
  }
  return faulty;
}

bool shows(const View& view, const PanelAnswer& panel, Signal signal) {
  return std::any_of(panel.datasources.begin(), panel.datasources.end(), [&](const PanelDatasource& datasource) {
    const auto backend = backend_of(view, datasource.type);
    return backend && signal_of(*backend) == signal;
  });
}

State panels_state(const View& view, Component backend) {
  const auto reads_it = [&](const PanelAnswer* panel) { return shows(view, *panel, signal_of(backend)); };
  for (const auto& dashboard : view.plan().grafana->dashboards) {
    const auto faulty = faulty_panels(view, dashboard);
    if (std::any_of(faulty.emptied.begin(), faulty.emptied.end(), reads_it)) return State::degraded;
    if (std::any_of(faulty.failing.begin(), faulty.failing.end(), reads_it)) return State::degraded;
  }
  return State::healthy;
}

std::vector<DashboardStatus> dashboard_statuses(const View& view) {
  std::vector<DashboardStatus> statuses;
  if (!view.plan().grafana) return statuses;
  for (const auto& dashboard : view.plan().grafana->dashboards) {
    DashboardStatus status;
    status.dashboard = dashboard;
    if (const auto* found = view.dashboard(dashboard).value()) {
      status.state = state_of(view, dashboard, *found);
      for (const auto& panel : found->panels) status.panels.push_back({panel.title, panel.state, panel.what});
      status.left_out = found->left_out;
      status.not_asked = found->not_asked;
    }
    statuses.push_back(std::move(status));
  }
  return statuses;
}

Criterion dashboard_criterion(const DashboardStatus& status) {
  std::vector<std::string> notes{titles_in(status, PanelState::error, "failing"),
                                 titles_in(status, PanelState::empty, "empty"),
                                 titles_in(status, PanelState::unknown, "not to be found out")};
  if (status.not_asked > 0) notes.push_back(fmt::format("{} not asked", status.not_asked));
  if (status.left_out > 0) notes.push_back(fmt::format("{} that cannot be asked left out", status.left_out));
  notes.erase(std::remove(notes.begin(), notes.end(), ""), notes.end());
  return {fmt::format("dashboard {}: every panel has data", status.dashboard), status.state,
          fmt::format("{}", fmt::join(notes, "; "))};
}

std::string listed(const std::vector<std::string>& titles) {
  constexpr std::size_t shown = 5;
  const std::vector<std::string> first(titles.begin(),
                                       titles.begin() + static_cast<std::ptrdiff_t>(std::min(shown, titles.size())));
  const auto text = fmt::format("{}", fmt::join(first, ", "));
  return titles.size() > shown ? fmt::format("{} and {} more", text, titles.size() - shown) : text;
}

}  // namespace lgtmwatch
