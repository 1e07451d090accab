#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

#include "daemon/base/secret.hpp"
#include "daemon/config/emit.hpp"

namespace lgtmwatch {
namespace {

constexpr std::string_view tenant_header = "X-Scope-OrgID";

// The tenant is no secret, so it is shown.
void put_headers(YAML::Emitter& out, const std::vector<Header>& headers) {
  bool has_others = false;
  for (const auto& header : headers) {
    if (header.name == tenant_header) {
      put(out, "tenant", header.value.reveal());
    } else {
      has_others = true;
    }
  }
  if (!has_others) return;
  out << YAML::Key << "headers" << YAML::Value << YAML::BeginMap;
  for (const auto& header : headers) {
    if (header.name != tenant_header) put(out, header.name.c_str(), masked);
  }
  out << YAML::EndMap;
}

void put_tls(YAML::Emitter& out, const TlsSettings& tls) {
  if (tls == TlsSettings()) return;
  out << YAML::Key << "tls" << YAML::Value << YAML::BeginMap;
  put_unless_empty(out, "ca_file", tls.ca_file);
  put_unless_empty(out, "cert_file", tls.cert_file);
  put_unless_empty(out, "key_file", tls.key_file);
  put_unless_empty(out, "server_name", tls.server_name);
  if (tls.insecure_skip_verify) put_flag(out, "insecure_skip_verify", true);
  out << YAML::EndMap;
}

// Which kind it is, without anything of it.
void put_proxy(YAML::Emitter& out, const Endpoint& endpoint) {
  if (!endpoint.proxy) return;
  put(out, "proxy_url", endpoint.proxy->text());
  if (endpoint.proxy_authorization.empty()) return;
  out << YAML::Key << "proxy_auth" << YAML::Value << YAML::BeginMap;
  if (endpoint.proxy_authorization.reveal().starts_with("Basic ")) {
    out << YAML::Key << "basic" << YAML::Value << YAML::BeginMap;
    put(out, "username", masked);
    put(out, "password", masked);
    out << YAML::EndMap;
  } else {
    put(out, "bearer_token", masked);
  }
  out << YAML::EndMap;
}

}  // namespace

void put_client(YAML::Emitter& out, const Endpoint& endpoint, Duration timeout) {
  put_headers(out, endpoint.headers);
  put_tls(out, endpoint.tls);
  put_proxy(out, endpoint);
  put(out, "timeout", format_duration(timeout));
}

}  // namespace lgtmwatch
