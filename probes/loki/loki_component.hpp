// The probes that every configured Loki gets: readiness, version and its own counters.
#pragma once

#include "probes/probe.hpp"

namespace lgtmwatch {

Probes make_loki_ready(const StackPlan& stack);
Probes make_loki_build_info(const StackPlan& stack);
Probes make_loki_metrics(const StackPlan& stack);

}  // namespace lgtmwatch
