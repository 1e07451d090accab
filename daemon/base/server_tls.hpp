// ServerTlsSettings: what a server of ours shows in a TLS handshake, and what it asks of the client there. Contents,
// not files: what was read and judged is what is used.
#pragma once

#include <string>

#include "daemon/base/secret.hpp"

namespace lgtmwatch {

// As Go's crypto/tls has them.
enum class ClientCertificate { none, requested, required, verified_if_given, required_and_verified };
enum class TlsVersion { tls12, tls13 };

struct ServerTlsSettings {
  std::string certificate;  // PEM, with the chain behind it
  Secret key;               // PEM
  ClientCertificate client = ClientCertificate::none;
  std::string client_ca;  // PEM; who may have signed the client's
  TlsVersion least = TlsVersion::tls12;
  TlsVersion most = TlsVersion::tls13;
};

}  // namespace lgtmwatch
