// What was written about an endpoint, as in settings.hpp.
#pragma once

#include <string>
#include <vector>

#include "daemon/base/endpoint.hpp"
#include "daemon/base/time.hpp"
#include "daemon/config/diagnostics.hpp"

namespace lgtmwatch {

// What every endpoint takes.
struct ClientSettings {
  std::vector<Header> headers;  // Authorization first where auth is given
  Setting<std::string> tenant;
  Setting<TlsSettings> tls;
  Setting<Url> proxy;
  Secret proxy_authorization;
  Setting<Duration> timeout;
};

struct ComponentSettings {
  Place place;
  Setting<Url> url;
  ClientSettings client;
};

}  // namespace lgtmwatch
