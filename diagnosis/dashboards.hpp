// What the panels of the configured dashboards show, and which of them should show more.
#pragma once

#include "diagnosis/view.hpp"

namespace lgtmwatch {

// Panels that are at fault themselves: nothing behind them explains it, neither Grafana, nor their datasource, nor the
// backend.
struct FaultyPanels {
  std::vector<const PanelAnswer*> emptied;  // had data steadily, and have none in several runs
  std::vector<const PanelAnswer*> failing;  // Grafana answers with an error
};

FaultyPanels faulty_panels(const View& view, const std::string& dashboard);

// One of the panel's datasources is of the signal's backend.
bool shows(const View& view, const PanelAnswer& panel, Signal signal);

// Degraded where a panel that reads this backend is at fault.
State panels_state(const View& view, Component backend);

// Broken where the dashboard is missing, degraded where a panel is at fault, unknown where one is empty that may have
// been so ever since: lgtmwatch cannot tell whether it should show anything. One of errors and the like may be empty.
std::vector<DashboardStatus> dashboard_statuses(const View& view);

// "dashboard X: every panel has data"
Criterion dashboard_criterion(const DashboardStatus& status);

// "A, B, C and 2 more"
std::string listed(const std::vector<std::string>& titles);

}  // namespace lgtmwatch
