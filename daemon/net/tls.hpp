// TLS contexts: the files of TlsSettings, read once for all endpoints that use them.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <map>
#include <memory>
#include <string>

#include "daemon/base/endpoint.hpp"

namespace lgtmwatch {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

// Errors name the file that could not be used.
Result<TlsContext> make_tls_context(const TlsSettings& settings);

class TlsContexts {
 public:
  // Null for an endpoint without TLS. The files are read again once their fingerprint has changed.
  Result<TlsContext> of(const Endpoint& endpoint);

 private:
  struct Kept {
    std::size_t fingerprint = 0;
    TlsContext context;
  };

  std::map<std::string, Kept> by_files_;
};

}  // namespace lgtmwatch
