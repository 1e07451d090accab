// docker_errors: the newest warnings and errors of the stack's own containers: Alloy, Loki, Tempo, Mimir, Grafana.
//
// Finds them as docker_containers does, then asks GET /containers/ID/logs?stdout=1&stderr=1&timestamps=1&tail=400 of
// each, at a quarter of the pace of other questions to the engine. Only evidence: at most 50 lines of each container
// are kept, cut short and without what may be a secret (error_lines.hpp).
#pragma once

#include "probes/probe.hpp"

namespace lgtmwatch {

Probes make_docker_errors(const StackPlan& stack);

}  // namespace lgtmwatch
