// alertmanager: is it there and configured, which alerts does it have, and which of them does it keep quiet?
//
// Where `alerting.alertmanager` is configured. Asks GET /api/v2/status, /api/v2/alerts and /api/v2/silences under its
// URL. A 404 is an Alertmanager that is not there, and no error: Mimir's says "the Alertmanager is not configured"
// where the tenant has no configuration, and "404 page not found" where it does not run
// (pkg/alertmanager/multitenant.go).
#pragma once

#include "probes/probe.hpp"

namespace lgtmwatch {

Probes make_alertmanager(const StackPlan& stack);

}  // namespace lgtmwatch
