// loki_push_receiver: does the loki.source.api of an Alloy take pushes?
//
// Sends an empty push in JSON to the configured URL, or to /loki/api/v1/push where it has no path. Alloy answers 204
// and forwards nothing. A Loki in its place refuses a push without streams with 422, but after it has taken the
// request.
#pragma once

#include "probes/receivers.hpp"

namespace lgtmwatch {

std::optional<Error> judge_loki_push(const HttpResponse& response, const Endpoint& endpoint);

Probes make_loki_push_receivers(const StackPlan& stack);

}  // namespace lgtmwatch
