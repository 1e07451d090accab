#include "tests/canary/simulated_stack.hpp"

namespace lgtmwatch::test {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

Error refused(const std::string& host) {
  return {Phase::connect, Reason::refused, host + " refused the connection: nothing listens there"};
}

Error unanswered(const std::string& host) {
  return {Phase::first_byte, Reason::timeout, "no answer from " + host + " within 5s"};
}

ServerRequest as_server_request(const HttpRequest& request) {
  ServerRequest asked;
  asked.method = request.method;
  asked.target = request.target;
  asked.headers.emplace_back("Content-Type", request.content_type);
  asked.body = request.body;
  return asked;
}

std::string signal_of(const std::string& method) {
  if (method.find("metrics") != std::string::npos) return "metrics";
  return method.find("logs") != std::string::npos ? "logs" : "traces";
}

}  // namespace

sandbox::Answer SimulatedStack::answers_of(const std::string& backend) {
  return [this, backend](const ServerRequest& asked) {
    return changes_.answer(backend, asked, [&](const ServerRequest& request) {
      if (backend == "loki") return (forgets ? empty_loki_ : loki_).answer(request);
      if (backend == "tempo") return (forgets ? empty_tempo_ : tempo_).answer(request);
      return (forgets ? empty_mimir_ : mimir_).answer(request);
    });
  };
}

ServerResponse SimulatedStack::answer(const std::string& host, const HttpRequest& request) {
  const auto asked = as_server_request(request);
  if (host == "loki" || host == "tempo" || host == "mimir") return answers_of(host)(asked);
  if (host == "grafana") return grafana_.answer(asked);
  return receiver_.answer(asked);
}

asio::awaitable<HttpExchange> SimulatedStack::send(const Endpoint& endpoint, HttpRequest request, Deadline deadline) {
  const auto& host = endpoint.url.host();
  const bool is_write = request.method == "POST";
  ++(is_write ? writes : reads);
  if (away.contains(host)) co_return HttpExchange(refused(host));
  if (silent.contains(host)) {
    co_await clock_.sleep_until(deadline.at());
    co_return HttpExchange(unanswered(host));
  }
  if (is_write && refuses_with != 0)
    co_return HttpExchange(HttpResponse{refuses_with, "text/plain", "refused by the test\n"});
  if (is_write && request.body.size() > refuses_above)
    co_return HttpExchange(HttpResponse{413, "text/plain", "request body too large\n"});
  if (is_write && drops_writes) co_return HttpExchange(HttpResponse{200, "application/json", "{}"});
  if (is_write && alters) request.body = alters(std::move(request.body));
  const auto answered = answer(host, request);
  if (is_write && loses_answers) {
    co_await clock_.sleep_until(deadline.at());
    co_return HttpExchange(unanswered(host));
  }
  co_return HttpExchange(HttpResponse{answered.status, answered.content_type, answered.body});
}

asio::awaitable<GrpcExchange> SimulatedStack::call(const Endpoint& endpoint, GrpcRequest request, Deadline) {
  ++writes;
  HttpRequest post("POST", "/v1/" + signal_of(request.method), "application/x-protobuf", request.message);
  const auto answered = answer(endpoint.url.host(), post);
  GrpcResponse response;
  response.status = answered.status == 200 ? 0 : 14;
  response.message = answered.body;
  co_return GrpcExchange(std::move(response));
}

CanaryRoutePlan simulated_route(Signal signal, const std::string& route, CanaryEntrance entrance,
                                const std::string& url, const std::string& path) {
  constexpr std::array backends{"http://mimir:9009", "http://loki:3100", "http://tempo:3200"};
  const auto backend = *Url::parse(backends[static_cast<std::size_t>(signal)]);
  CanaryRoutePlan plan(Endpoint(*Url::parse(url)), Endpoint(backend));
  plan.api_prefix = "/prometheus";
  plan.signal = signal;
  plan.route = route;
  plan.entrance = entrance;
  plan.path = path;
  plan.interval = 60s;
  plan.timeout = 5s;
  plan.patience = CanaryPatience{1s, 30s, 10min, 1h, 5s};
  return plan;
}

StackPlan simulated_plan(const std::string& name) {
  StackPlan plan;
  plan.name = name;
  for (const auto signal : all_signals)
    plan.canaries.push_back(simulated_route(signal, "backend", CanaryEntrance::otlp_http, "http://alloy:4319",
                                            "/v1/" + std::string(to_string(signal))));
  return plan;
}

}  // namespace lgtmwatch::test
