// alertmanager_metrics: does the Alertmanager get its notifications out?
//
// Where `alerting.alertmanager` is configured. Asks GET /metrics under its URL, and where the families are not there at
// the root of the same server, where Mimir has them:
//   alertmanager_notifications_total{integration}, alertmanager_notifications_failed_total{integration[,reason]}, and
//   cortex_alertmanager_… with the label user of Mimir and Cortex (pkg/alertmanager/alertmanager_metrics.go)
// Not to be found is no finding: not every proxy lets /metrics through.
#pragma once

#include <string_view>

#include "probes/probe.hpp"

namespace lgtmwatch {

// tenant: ours, "" for the sum of all.
Result<BackendCounters> parse_alertmanager_counters(std::string_view body, const std::string& tenant);

Probes make_alertmanager_metrics(const StackPlan& stack);

}  // namespace lgtmwatch
