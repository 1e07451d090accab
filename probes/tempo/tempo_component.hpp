// The probes that every configured Tempo gets: readiness and version.
#pragma once

#include "probes/probe.hpp"

namespace lgtmwatch {

Probes make_tempo_ready(const StackPlan& stack);
Probes make_tempo_build_info(const StackPlan& stack);

}  // namespace lgtmwatch
