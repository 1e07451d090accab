// HttpChannel: one open connection and one exchange at a time on it.
//
// Used by http_client.cpp only. After an error the channel is dead; after an answer, reusable() says whether
// another request may follow.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>

#include "daemon/net/connection.hpp"
#include "daemon/net/http.hpp"

namespace lgtmwatch {

struct RawAnswer {
  HttpResponse response;
  std::string content_encoding;
  std::string server;
};

class HttpChannel {
 public:
  virtual ~HttpChannel() = default;
  // Writes the request bytes and reads one whole answer. Phase times go to `phases` also on failure.
  virtual boost::asio::awaitable<Result<RawAnswer>> exchange(const std::string& request, bool head_only,
                                                             std::size_t body_limit, Deadline deadline,
                                                             PhaseTimes& phases) = 0;
  virtual bool reusable() const = 0;
  virtual bool heard_anything() const = 0;  // a byte of the last answer arrived
  virtual const std::string& remote() const = 0;
};

// The attempt must live until the call returns.
boost::asio::awaitable<Result<std::unique_ptr<HttpChannel>>> connect_channel(boost::asio::any_io_executor executor,
                                                                             Resolver& resolver,
                                                                             ConnectAttempt& attempt);

}  // namespace lgtmwatch
