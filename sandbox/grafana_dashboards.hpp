// The dashboard of the sandbox's Grafana, in the folder Scanium.
#pragma once

#include "daemon/net/http_server.hpp"
#include "sandbox/faults.hpp"

namespace lgtmwatch::sandbox {

// What GET /api/search finds, whatever else is asked for; nothing where the type is another one.
ServerResponse found_dashboards(const ServerRequest& request);

// The body of GET /api/dashboards/uid/UID, with the faults of its panels; nothing where there is no such dashboard.
std::optional<ServerResponse> dashboard_of(std::string_view uid, const Faults& faults);

}  // namespace lgtmwatch::sandbox
