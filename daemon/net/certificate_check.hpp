// CertificateCheck: is it the server that is meant, and if not, why not? OpenSSL's own error says no more than
// "certificate verify failed".
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "daemon/net/connection.hpp"

namespace lgtmwatch {

class CertificateCheck {
 public:
  // Has the handshake ask for the server by its name, and check the certificate for it unless any one is taken.
  std::optional<Error> arm(TlsStream& stream, const Endpoint& endpoint);

  // After a failed handshake: what is wrong with the certificate; nothing where it was not refused.
  std::optional<Error> refusal(const Peer& peer) const;

 private:
  struct Seen {
    int problem = 0;    // of X509_verify_cert, the first one
    std::string names;  // that the certificate was made for
  };

  std::string name_;
  std::shared_ptr<Seen> seen_ = std::make_shared<Seen>();
};

}  // namespace lgtmwatch
