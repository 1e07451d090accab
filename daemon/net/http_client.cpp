#include "daemon/net/http_client.hpp"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "daemon/net/gzip.hpp"
#include "daemon/net/http_channel.hpp"
#include "daemon/net/proxy.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr std::size_t idle_per_endpoint = 2;
constexpr std::size_t idle_in_all = 1024;
constexpr auto idle_for = std::chrono::seconds(50);  // below the idle timeouts that servers commonly have

// Its target is the whole URL then.
bool goes_as_it_is_through_a_proxy(const Endpoint& endpoint) {
  return endpoint.url.scheme() == Url::Scheme::http && is_proxied(endpoint);
}

std::string request_bytes(const Endpoint& endpoint, const HttpRequest& request) {
  const bool whole = goes_as_it_is_through_a_proxy(endpoint);
  auto bytes =
      fmt::format("{} {}{} HTTP/1.1\r\nHost: {}\r\nUser-Agent: lgtmwatch/" LGTMWATCH_VERSION "\r\n", request.method,
                  whole ? endpoint.url.text() : endpoint.url.path(), request.target, endpoint.url.authority());
  if (whole) bytes += proxy_authorization_line(endpoint);
  for (const auto& header : endpoint.headers) {
    bytes += header.name;
    bytes += ": ";
    bytes += header.value.reveal();
    bytes += "\r\n";
  }
  for (const auto& [name, value] : request.headers) bytes += fmt::format("{}: {}\r\n", name, value);
  if (!request.content_type.empty()) bytes += fmt::format("Content-Type: {}\r\n", request.content_type);
  if (!request.body.empty() || request.method == "POST")
    bytes += fmt::format("Content-Length: {}\r\n", request.body.size());
  bytes += request.connection == Connection::fresh ? "Connection: close\r\n" : "Accept-Encoding: gzip\r\n";
  bytes += "\r\n";
  bytes += request.body;
  return bytes;
}

std::string pool_key(const Endpoint& endpoint) {
  const auto& tls = endpoint.tls;
  auto key = endpoint.url.address();
  if (is_proxied(endpoint))
    key += fmt::format("|{}|{}", endpoint.proxy->address(), endpoint.proxy_authorization.reveal());
  if (endpoint.url.scheme() == Url::Scheme::https)
    key += fmt::format("|{}|{}|{}|{}|{}|{}", tls.ca_file, tls.cert_file, tls.key_file, tls.server_name,
                       tls.insecure_skip_verify, tls.fingerprint);
  return key;
}

Result<HttpResponse> decoded(RawAnswer answer, const Endpoint& endpoint, std::size_t limit) {
  if (goes_as_it_is_through_a_proxy(endpoint)) {
    const auto problem = judge_proxied_answer(answer.response.status, answer.server, endpoint);
    if (problem) return *problem;
  }
  if (answer.content_encoding != "gzip" || answer.response.body.empty()) return std::move(answer.response);
  auto plain = gunzip(answer.response.body, limit);
  if (!plain) return plain.error();
  answer.response.body = std::move(*plain);
  return std::move(answer.response);
}

class IdleChannels {
 public:
  std::unique_ptr<HttpChannel> take(const std::string& key, Tick now) {
    auto& idle = by_key_[key];
    std::unique_ptr<HttpChannel> found;
    while (!idle.empty() && !found) {
      if (now - idle.back().since < idle_for) found = std::move(idle.back().channel);
      idle.pop_back();
      --count_;
    }
    if (idle.empty()) by_key_.erase(key);
    return found;
  }

  void put(const std::string& key, std::unique_ptr<HttpChannel> channel, Tick now) {
    if (count_ >= idle_in_all) drop_expired(now);
    auto& idle = by_key_[key];
    if (idle.size() >= idle_per_endpoint || count_ >= idle_in_all) return;
    idle.push_back({std::move(channel), now});
    ++count_;
  }

 private:
  struct Idle {
    std::unique_ptr<HttpChannel> channel;
    Tick since;
  };

  void drop_expired(Tick now) {
    for (auto& [key, idle] : by_key_)
      count_ -= std::erase_if(idle, [&](const Idle& entry) { return now - entry.since >= idle_for; });
    std::erase_if(by_key_, [](const auto& entry) { return entry.second.empty(); });
  }

  std::map<std::string, std::vector<Idle>> by_key_;
  std::size_t count_ = 0;
};

class BeastHttpClient final : public HttpClient {
 public:
  BeastHttpClient(asio::any_io_executor executor, Resolver& resolver)
      : executor_(std::move(executor)), resolver_(resolver) {}

  asio::awaitable<HttpExchange> send(const Endpoint& endpoint, HttpRequest request, Deadline deadline) override {
    const auto bytes = request_bytes(endpoint, request);
    if (request.connection == Connection::pooled) {
      auto idle = idle_.take(pool_key(endpoint), std::chrono::steady_clock::now());
      if (idle) {
        auto again = co_await exchange_on(std::move(idle), endpoint, request, bytes, deadline);
        if (again) co_return std::move(*again);
      }
    }
    ConnectAttempt attempt(endpoint, deadline);
    auto context = tls_contexts_.of(endpoint);
    if (!context) co_return HttpExchange(context.error());
    attempt.tls = *context;
    auto channel = co_await connect_channel(executor_, resolver_, attempt);
    if (!channel) {
      HttpExchange failed(channel.error());
      failed.phases = attempt.phases;
      failed.remote = attempt.remote;
      co_return failed;
    }
    auto exchange = co_await first_exchange(std::move(*channel), endpoint, request, bytes, attempt);
    co_return exchange;
  }

 private:
  // On a channel from the pool: nothing where the server had closed it meanwhile, so that a fresh one is tried.
  asio::awaitable<std::optional<HttpExchange>> exchange_on(std::unique_ptr<HttpChannel> channel,
                                                           const Endpoint& endpoint, const HttpRequest& request,
                                                           const std::string& bytes, Deadline deadline) {
    PhaseTimes phases;
    auto answer = co_await channel->exchange(bytes, request.method == "HEAD", request.body_limit, deadline, phases);
    if (!answer && answer.error().reason == Reason::reset && !channel->heard_anything()) co_return std::nullopt;
    auto exchange = finish(std::move(answer), std::move(channel), endpoint, request, phases);
    co_return exchange;
  }

  asio::awaitable<HttpExchange> first_exchange(std::unique_ptr<HttpChannel> channel, const Endpoint& endpoint,
                                               const HttpRequest& request, const std::string& bytes,
                                               ConnectAttempt& attempt) {
    auto answer = co_await channel->exchange(bytes, request.method == "HEAD", request.body_limit, attempt.deadline,
                                             attempt.phases);
    co_return finish(std::move(answer), std::move(channel), endpoint, request, attempt.phases);
  }

  HttpExchange finish(Result<RawAnswer> answer, std::unique_ptr<HttpChannel> channel, const Endpoint& endpoint,
                      const HttpRequest& request, const PhaseTimes& phases) {
    auto remote = channel->remote();
    if (request.connection == Connection::pooled && channel->reusable())
      idle_.put(pool_key(endpoint), std::move(channel), std::chrono::steady_clock::now());
    HttpExchange exchange(answer ? decoded(std::move(*answer), endpoint, request.body_limit)
                                 : Result<HttpResponse>(answer.error()));
    exchange.phases = phases;
    exchange.remote = std::move(remote);
    return exchange;
  }

  asio::any_io_executor executor_;
  Resolver& resolver_;
  IdleChannels idle_;
  TlsContexts tls_contexts_;
};

}  // namespace

std::unique_ptr<HttpClient> make_http_client(asio::any_io_executor executor, Resolver& resolver) {
  return std::make_unique<BeastHttpClient>(std::move(executor), resolver);
}

}  // namespace lgtmwatch
