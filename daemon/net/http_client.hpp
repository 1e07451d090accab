// Factory of the HTTP client over Beast. See http.hpp for what it does and promises.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "daemon/net/http.hpp"
#include "daemon/net/resolver.hpp"

namespace lgtmwatch {

// The resolver must outlive the client.
std::unique_ptr<HttpClient> make_http_client(boost::asio::any_io_executor executor, Resolver& resolver);

}  // namespace lgtmwatch
