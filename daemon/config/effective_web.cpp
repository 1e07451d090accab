#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

#include "daemon/config/emit.hpp"
#include "daemon/config/web_settings.hpp"

namespace lgtmwatch {
namespace {

const char* word_of(TlsVersion version) { return version == TlsVersion::tls12 ? "TLS12" : "TLS13"; }

std::string_view word_of(ClientCertificate client) {
  for (const auto& each : client_auth_types)
    if (each.value == client) return each.word;
  return {};
}

void put_tls(YAML::Emitter& out, const WebTlsSettings& tls) {
  out << YAML::Key << "tls_server_config" << YAML::Value << YAML::BeginMap;
  put(out, "cert_file", tls.certificate->value.path);
  put(out, "key_file", tls.key->value.path);
  put(out, "client_auth_type", word_of(value_or(tls.client, ClientCertificate::none)));
  if (tls.client_ca) put(out, "client_ca_file", tls.client_ca->value.path);
  put(out, "min_version", word_of(value_or(tls.least, TlsVersion::tls12)));
  put(out, "max_version", word_of(value_or(tls.most, TlsVersion::tls13)));
  out << YAML::EndMap;
}

}  // namespace

std::string effective_web_yaml(const WebSettings& settings) {
  YAML::Emitter out;
  out << YAML::BeginMap;
  if (settings.tls) put_tls(out, *settings.tls);
  if (!settings.users.empty()) {
    out << YAML::Key << "basic_auth_users" << YAML::Value << YAML::BeginMap;
    for (const auto& [name, hash] : settings.users) put(out, name.c_str(), masked);
    out << YAML::EndMap;
  }
  out << YAML::Key << "http_server_config" << YAML::Value << YAML::BeginMap;
  put_flag(out, "http2", false);
  if (!settings.headers.empty()) {
    out << YAML::Key << "headers" << YAML::Value << YAML::BeginMap;
    for (const auto& [name, value] : settings.headers) put(out, name.c_str(), value);
    out << YAML::EndMap;
  }
  out << YAML::EndMap << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

}  // namespace lgtmwatch
