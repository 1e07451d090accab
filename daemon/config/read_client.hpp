// Reads the client settings that every endpoint takes: auth, headers, tenant, tls, proxy_url, proxy_auth, timeout.
#pragma once

#include "daemon/config/map_reader.hpp"
#include "daemon/config/pem.hpp"
#include "daemon/config/settings.hpp"

namespace lgtmwatch {

// The keys stand in the endpoint's own mapping.
ClientSettings read_client(MapReader& endpoint);

// A file that holds such a block.
Setting<ReadFile> read_pem(MapReader& map, std::string_view key, PemBlock block);

// X-Scope-OrgID; "" means that none is sent.
Setting<std::string> read_tenant(MapReader& map);

}  // namespace lgtmwatch
