#include "tests/support/fake_http_client.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace lgtmwatch::test {

namespace asio = boost::asio;

namespace {

FakeHttpClient::Rule rule_for(const std::string& method, const std::string& target) {
  FakeHttpClient::Rule rule;
  rule.matches = [method, target](const std::string& asked_method, const std::string& asked_target) {
    return asked_method == method && asked_target.starts_with(target);
  };
  return rule;
}

}  // namespace

void FakeHttpClient::answer(const std::string& method, const std::string& target, int status, const std::string& body) {
  auto rule = rule_for(method, target);
  rule.answer = [status, body]() -> Result<HttpResponse> { return HttpResponse{status, "application/json", body}; };
  rules.push_back(std::move(rule));
}

void FakeHttpClient::fail(const std::string& method, const std::string& target, const Error& error) {
  auto rule = rule_for(method, target);
  rule.answer = [error]() -> Result<HttpResponse> { return error; };
  rules.push_back(std::move(rule));
}

void FakeHttpClient::hang(const std::string& method, const std::string& target) {
  rules.push_back(rule_for(method, target));
}

asio::awaitable<HttpExchange> FakeHttpClient::send(const Endpoint& endpoint, HttpRequest request, Deadline deadline) {
  asked.push_back({endpoint.url.address(), request, deadline});
  for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) {
    if (!rule->matches(request.method, request.target)) continue;
    if (rule->answer) co_return HttpExchange(rule->answer());
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer never(executor, Tick::max());
    ++hanging;
    auto [code] = co_await never.async_wait(asio::as_tuple(asio::use_awaitable));
    --hanging;
    ++cancelled;
    throw boost::system::system_error(code);
  }
  co_return HttpExchange(HttpResponse{404, "text/plain", "no rule for it"});
}

}  // namespace lgtmwatch::test
