// ServerTls: the context of the TLS that the HTTP server speaks.
#pragma once

#include <boost/asio/ssl/context.hpp>

#include "daemon/net/http_server.hpp"

namespace lgtmwatch {

class ServerTls {
 public:
  boost::asio::ssl::context context{boost::asio::ssl::context::tls_server};
};

}  // namespace lgtmwatch
