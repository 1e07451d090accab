// Reads the client settings that every endpoint takes: auth, headers, tenant, tls, proxy_url, timeout.
#pragma once

#include "daemon/config/settings.hpp"
#include "daemon/config/yaml_reader.hpp"

namespace lgtmwatch {

// The keys stand in the endpoint's own mapping.
ClientSettings read_client(MapReader& endpoint);

// X-Scope-OrgID; "" means that none is sent.
Setting<std::string> read_tenant(MapReader& map);

}  // namespace lgtmwatch
