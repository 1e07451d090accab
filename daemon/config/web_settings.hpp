// WebSettings: what was written in the web configuration.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/config/yaml_reader.hpp"
#include "daemon/model/web_plan.hpp"

namespace lgtmwatch {

inline constexpr std::array client_auth_types{
    Choice<ClientCertificate>{"NoClientCert", ClientCertificate::none},
    Choice<ClientCertificate>{"RequestClientCert", ClientCertificate::requested},
    Choice<ClientCertificate>{"RequireAnyClientCert", ClientCertificate::required},
    Choice<ClientCertificate>{"RequireClientCert", ClientCertificate::required},
    Choice<ClientCertificate>{"VerifyClientCertIfGiven", ClientCertificate::verified_if_given},
    Choice<ClientCertificate>{"RequireAndVerifyClientCert", ClientCertificate::required_and_verified}};

struct WebTlsSettings {
  Place place;
  Setting<ReadFile> certificate;
  Setting<ReadFile> key;
  Setting<ClientCertificate> client;
  Setting<ReadFile> client_ca;
  Setting<TlsVersion> least;
  Setting<TlsVersion> most;
};

using WebHeader = std::pair<std::string, std::string>;

struct WebSettings {
  std::optional<WebTlsSettings> tls;
  std::map<std::string, Secret> users;
  std::vector<WebHeader> headers;
};

// Ones that hold no error.
std::string effective_web_yaml(const WebSettings& settings);

}  // namespace lgtmwatch
