// The probes that every configured Tempo gets: readiness, version and its own counters.
#pragma once

#include "probes/probe.hpp"

namespace lgtmwatch {

Probes make_tempo_ready(const StackPlan& stack);
Probes make_tempo_build_info(const StackPlan& stack);
Probes make_tempo_metrics(const StackPlan& stack);

}  // namespace lgtmwatch
