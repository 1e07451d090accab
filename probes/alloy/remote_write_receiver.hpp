// remote_write_receiver: does the prometheus.receive_http of an Alloy take remote writes?
//
// Sends an empty WriteRequest in snappy to the configured URL, or to /api/v1/metrics/write where it has no path. Alloy
// and Prometheus answer 204, Mimir and Cortex 200; nothing is written.
#pragma once

#include "probes/receivers.hpp"

namespace lgtmwatch {

std::optional<Error> judge_remote_write(const HttpResponse& response, const Endpoint& endpoint);

Probes make_remote_write_receivers(const StackPlan& stack);

}  // namespace lgtmwatch
