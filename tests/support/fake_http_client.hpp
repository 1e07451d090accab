// FakeHttpClient: answers from a table and keeps what was asked. All its fields are for the test to set and read.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "daemon/net/http.hpp"

namespace lgtmwatch::test {

class FakeHttpClient final : public HttpClient {
 public:
  struct Rule {
    std::function<bool(const std::string& method, const std::string& target)> matches;
    std::function<Result<HttpResponse>()> answer;  // where there is none the request hangs until it is cancelled
  };
  struct Asked {
    std::string address;
    HttpRequest request;
    Deadline deadline;
  };

  // Adds a rule for the method and all targets that begin so. The rule that was added last counts.
  void answer(const std::string& method, const std::string& target, int status, const std::string& body);
  void fail(const std::string& method, const std::string& target, const Error& error);
  void hang(const std::string& method, const std::string& target);

  // What no rule matches is answered with 404.
  boost::asio::awaitable<HttpExchange> send(const Endpoint& endpoint, HttpRequest request, Deadline deadline) override;

  std::vector<Rule> rules;
  std::vector<Asked> asked;
  std::size_t hanging = 0;    // requests that hang now
  std::size_t cancelled = 0;  // requests that hung and were cancelled
};

}  // namespace lgtmwatch::test
