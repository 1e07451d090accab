// The probes that every configured Mimir, Cortex or Prometheus gets: readiness, version and its own counters.
#pragma once

#include "probes/probe.hpp"

namespace lgtmwatch {

Probes make_mimir_ready(const StackPlan& stack);
Probes make_mimir_build_info(const StackPlan& stack);
Probes make_mimir_metrics(const StackPlan& stack);

}  // namespace lgtmwatch
