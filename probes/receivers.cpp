#include "probes/receivers.hpp"

#include <fmt/format.h>

#include "probes/answers.hpp"

namespace lgtmwatch {

boost::asio::awaitable<Result<Observation>> ReceiverProbe::run(Asker& asker) const {
  ReceiverAnswers answers;
  std::optional<Error> silence;
  for (const auto signal : signals_) {
    SignalAnswer answer;
    answer.signal = signal;
    answer.refusal = silence;
    if (!silence) {
      auto refusal = co_await offer(asker, signal);
      answer.refusal = std::move(refusal);
      if (answer.refusal && answer.refusal->phase != Phase::content) silence = answer.refusal;
    }
    answers.signals.push_back(std::move(answer));
  }
  co_return answers;
}

Probes make_receivers(const StackPlan& stack, ReceiverKind kind, const std::string& name, MakeReceiverProbe make) {
  Probes probes;
  for (const auto& alloy : stack.alloys) {
    for (const auto& receiver : alloy.receivers) {
      if (receiver.kind != kind || !receiver.endpoint) continue;
      ProbePlan plan(stack.name, name, receiver.name, Component::alloy, *receiver.endpoint);
      plan.interval = receiver.interval;
      plan.timeout = receiver.timeout;
      probes.push_back(make(std::move(plan), receiver.signals));
    }
  }
  return probes;
}

HttpRequest empty_push(const Endpoint& endpoint, const std::string& usual_path, std::string content_type,
                       std::string body) {
  const auto target = endpoint.url.path().empty() ? usual_path : std::string();
  HttpRequest request("POST", target, std::move(content_type), std::move(body));
  request.connection = Connection::fresh;
  return request;
}

Error push_error(const HttpResponse& response, const Endpoint& endpoint, std::string_view what) {
  const auto address = endpoint.url.address();
  if (response.body.find("HTTP request to an HTTPS server") != std::string::npos)
    return {Phase::content, Reason::tls, fmt::format("{} expects TLS", address), "use https://"};
  if (response.status == 400 || response.status == 405 || response.status == 415 || response.status / 100 == 2)
    return {
        Phase::content, Reason::protocol,
        fmt::format("{} answered {} to an empty {}: \"{}\"", address, response.status, what, first_line(response.body)),
        fmt::format("check that the url is that of a receiver for {}", what)};
  if (auto gateway = gateway_error(response, address)) return *gateway;
  return status_error(response, address);
}

}  // namespace lgtmwatch
