// The HTTP client as the rest of the program sees it. The implementation (Beast) is in http_client.cpp;
// tests pass fakes.
//
// One call of send() is one attempt: no redirects are followed, no retry, one address is tried. The single
// exception: a pooled connection that dies before the first byte of the answer is replaced once.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/base/endpoint.hpp"
#include "daemon/base/time.hpp"

namespace lgtmwatch {

enum class Connection {
  fresh,   // resolve, connect and TLS are part of what is measured; closed afterwards
  pooled,  // kept for the next request to the same endpoint
};

struct HttpRequest {
  // The target is path and query, without the endpoint's own prefix: "/loki/api/v1/labels?start=…".
  explicit HttpRequest(std::string target_) : target(std::move(target_)) {}
  HttpRequest(std::string method_, std::string target_, std::string content_type_, std::string body_)
      : method(std::move(method_)),
        target(std::move(target_)),
        content_type(std::move(content_type_)),
        body(std::move(body_)) {}

  std::string method = "GET";
  std::string target;
  std::string content_type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // of this request, besides those of the endpoint
  Connection connection = Connection::pooled;
  std::size_t body_limit = 1 << 20;  // bytes of answer after decompression; more is Reason::too_large
};

// How long each step took; absent where the step did not happen (a pooled connection does not connect).
struct PhaseTimes {
  std::optional<Duration>& operator[](Phase phase) { return taken[static_cast<std::size_t>(phase)]; }
  const std::optional<Duration>& operator[](Phase phase) const { return taken[static_cast<std::size_t>(phase)]; }

  std::array<std::optional<Duration>, 7> taken;
};

struct HttpResponse {
  int status = 0;
  std::string content_type;
  std::string body;
  std::string date{};  // the header, as it came; empty where a cache kept the answer (it has an Age)
};

// What came of one attempt, with its timing also where it failed.
struct HttpExchange {
  explicit HttpExchange(Result<HttpResponse> answer_) : answer(std::move(answer_)) {}

  Result<HttpResponse> answer;
  PhaseTimes phases;
  std::string remote;  // the address that was tried, "127.0.0.1:3100"; empty where none was found
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Never throws but for the cancellation of the caller. The endpoint must live until the call returns.
  virtual boost::asio::awaitable<HttpExchange> send(const Endpoint& endpoint, HttpRequest request,
                                                    Deadline deadline) = 0;
};

}  // namespace lgtmwatch
