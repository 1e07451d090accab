#include "probes/otlp/otlp_http_receiver.hpp"

#include <fmt/format.h>

#include "daemon/base/json.hpp"
#include "probes/answers.hpp"

namespace lgtmwatch {
namespace {

class OtlpHttpReceiverProbe final : public ReceiverProbe {
 public:
  using ReceiverProbe::ReceiverProbe;

 protected:
  boost::asio::awaitable<std::optional<Error>> offer(Asker& asker, Signal signal) const override {
    HttpRequest request("POST", fmt::format("/v1/{}", to_string(signal)), "application/json", empty_export(signal));
    request.connection = Connection::fresh;
    auto response = co_await asker.ask(std::move(request));
    if (!response) co_return response.error();
    co_return judge_otlp_answer(*response, signal, address());
  }
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
  if (auto gateway = gateway_error(response, address)) return gateway;
  if (!tls_refusal_hint(response).empty()) return status_error(response, address);
  if (response.status == 405 || response.status == 415 || response.status == 400)
    return another_protocol(fmt::format("{} answered {} to an empty OTLP export: \"{}\"", address, response.status,
                                        first_line(response.body)));
  return status_error(response, address);
}

std::unique_ptr<Probe> make_otlp_http_probe(ProbePlan plan, std::vector<Signal> signals) {
  return std::make_unique<OtlpHttpReceiverProbe>(std::move(plan), std::move(signals));
}

Probes make_otlp_http_receivers(const StackPlan& stack) {
  return make_receivers(stack, ReceiverKind::otlp_http, "otlp_http_receiver", make_otlp_http_probe);
}

}  // namespace lgtmwatch
