#include "probes/otlp/otlp_http_receiver.hpp"

#include <fmt/format.h>

#include "daemon/base/json.hpp"
#include "probes/answers.hpp"

namespace lgtmwatch {
namespace {

class OtlpHttpReceiverProbe final : public Probe {
 public:
  OtlpHttpReceiverProbe(ProbePlan plan, std::vector<Signal> signals)
      : Probe(std::move(plan)), signals_(std::move(signals)) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    ReceiverAnswers answers;
    std::optional<Error> silence;
    for (const auto signal : signals_) {
      SignalAnswer answer;
      answer.signal = signal;
      answer.refusal = silence;
      if (!silence) {
        auto response = co_await asker.ask(export_request(signal));
        answer.refusal = response ? judge_otlp_answer(*response, signal, plan().endpoint.url.address())
                                  : std::optional<Error>(response.error());
        if (!response) silence = response.error();
      }
      answers.signals.push_back(std::move(answer));
    }
    co_return answers;
  }

 private:
  static HttpRequest export_request(Signal signal) {
    HttpRequest request("POST", fmt::format("/v1/{}", to_string(signal)), "application/json", empty_export(signal));
    request.connection = Connection::fresh;
    return request;
  }

  std::vector<Signal> signals_;
};

Error another_protocol(const std::string& what) {
  return {Phase::content, Reason::protocol, what,
          "check that the url is that of an OTLP/HTTP receiver (4318 by convention)"};
}

}  // namespace

std::string empty_export(Signal signal) {
  switch (signal) {
    case Signal::metrics: return R"({"resourceMetrics":[]})";
    case Signal::logs: return R"({"resourceLogs":[]})";
    case Signal::traces: return R"({"resourceSpans":[]})";
  }
  return "{}";
}

std::optional<Error> judge_otlp_answer(const HttpResponse& response, Signal signal, const std::string& address) {
  if (response.status == 200) {
    const auto document = parse_json(response.body);
    if (document && document->is_object()) return std::nullopt;
    return another_protocol(
        fmt::format("{} answered 200, but not as an OTLP receiver does: \"{}\"", address, first_line(response.body)));
  }
  if (response.status == 404)
    return Error(Phase::content, Reason::not_found,
                 fmt::format("{} does not take {}: /v1/{} answered 404", address, to_string(signal), to_string(signal)),
                 fmt::format("wire {} in the output block of this otelcol.receiver.otlp", to_string(signal)));
  if (const auto gateway = gateway_error(response, address)) return gateway;
  if (!tls_refusal_hint(response).empty()) return status_error(response, address);
  if (response.status == 405 || response.status == 415 || response.status == 400)
    return another_protocol(fmt::format("{} answered {} to an empty OTLP export: \"{}\"", address, response.status,
                                        first_line(response.body)));
  return status_error(response, address);
}

Probes make_otlp_http_receivers(const StackPlan& stack) {
  Probes probes;
  for (const auto& alloy : stack.alloys) {
    for (const auto& receiver : alloy.receivers) {
      if (receiver.kind != ReceiverKind::otlp_http || !receiver.endpoint) continue;
      ProbePlan plan(stack.name, "otlp_http_receiver", receiver.name, Component::alloy, *receiver.endpoint);
      plan.interval = receiver.interval;
      plan.timeout = receiver.timeout;
      probes.push_back(std::make_unique<OtlpHttpReceiverProbe>(std::move(plan), receiver.signals));
    }
  }
  return probes;
}

}  // namespace lgtmwatch
