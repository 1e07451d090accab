// grafana_ready: does Grafana answer, and does its database?
//
// Asks GET /api/health over a fresh connection; no credentials are needed for it. 200 with "database":"ok" is ready;
// "database":"failing" is not, with status 503 or, in old versions, 200. Grafana caches that word, and a locked sqlite
// file still was "ok" to it, so ready proves little. The version may be hidden by Grafana's configuration.
#pragma once

#include "probes/probe.hpp"

namespace lgtmwatch {

// {"commit":…,"database":"ok","version":"9.2.0"}
Result<Readiness> judge_grafana_health(const HttpResponse& response, const std::string& address);

Probes make_grafana_ready(const StackPlan& stack);

}  // namespace lgtmwatch
