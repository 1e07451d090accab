// Endpoint: an address together with the client settings that every endpoint of the configuration takes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/base/secret.hpp"
#include "daemon/base/url.hpp"

namespace lgtmwatch {

struct TlsSettings {
  std::string ca_file;    // PEM; the system's certificates where empty
  std::string cert_file;  // PEM client certificate
  std::string key_file;
  std::string server_name;  // the host of the URL where empty
  bool insecure_skip_verify = false;
  // Of the content of the three files when they were read, so that renewed certificates make new connections.
  std::size_t fingerprint = 0;
  bool operator==(const TlsSettings&) const = default;
};

struct Header {
  std::string name;
  Secret value;
};

struct Endpoint {
  explicit Endpoint(Url url_) : url(std::move(url_)) {}

  Url url;
  std::vector<Header> headers;  // Authorization, X-Scope-OrgID and the configured ones; values are masked when shown
  TlsSettings tls;
  std::optional<Url> proxy;    // http:// only: requests to http:// go through it as they are, others by CONNECT
  Secret proxy_authorization;  // the value of Proxy-Authorization; none is sent where empty
};

}  // namespace lgtmwatch
