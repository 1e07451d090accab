// The probes that every configured Mimir, Cortex or Prometheus gets: readiness and version.
#pragma once

#include "probes/probe.hpp"

namespace lgtmwatch {

Probes make_mimir_ready(const StackPlan& stack);
Probes make_mimir_build_info(const StackPlan& stack);

}  // namespace lgtmwatch
