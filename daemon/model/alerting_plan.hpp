// What is looked at on the way of an alert, from the rule to the Alertmanager.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "daemon/model/component_plan.hpp"

namespace lgtmwatch {

struct AlertingPlan {
  bool asks_ruler = false;                    // that of the stack's Mimir, Prometheus or Cortex
  std::vector<std::string> rule_groups;       // that must be loaded
  std::optional<ComponentPlan> alertmanager;  // under its URL: /api/v2/status
  std::string watchdog;                       // the alert that always fires; empty where there is none
};

// Every metric of a rule is a query, so rules are asked for less often than everything else, and may take longer.
inline Duration rule_metrics_interval(Duration interval) {
  return std::max<Duration>(std::chrono::minutes(1), 4 * interval);
}

}  // namespace lgtmwatch
