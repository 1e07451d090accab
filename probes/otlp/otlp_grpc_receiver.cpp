#include "probes/otlp/otlp_grpc_receiver.hpp"

#include <fmt/format.h>

#include "probes/answers.hpp"

namespace lgtmwatch {
namespace {

constexpr int permission_denied = 7;
constexpr int resource_exhausted = 8;
constexpr int unimplemented = 12;
constexpr int unauthenticated = 16;

class OtlpGrpcReceiverProbe final : public ReceiverProbe {
 public:
  using ReceiverProbe::ReceiverProbe;

 protected:
  boost::asio::awaitable<std::optional<Error>> offer(Asker& asker, Signal signal) const override {
    GrpcRequest request(export_method(signal), "");
    auto response = co_await asker.call(std::move(request));
    if (!response) co_return response.error();
    co_return judge_otlp_status(*response, signal, address());
  }
};

}  // namespace

std::string export_method(Signal signal) {
  switch (signal) {
    case Signal::metrics: return "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
    case Signal::logs: return "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
    case Signal::traces: return "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
  }
  return {};
}

std::optional<Error> judge_otlp_status(const GrpcResponse& response, Signal signal, const std::string& address) {
  if (response.status == 0) return std::nullopt;
  const auto said = first_line(response.status_message);
  const auto what =
      fmt::format("{} answered {}{}{}", address, grpc_status_name(response.status), said.empty() ? "" : ": ", said);
  if (response.status == unimplemented)
    return Error(Phase::content, Reason::not_found,
                 fmt::format("{} does not take {}: its Export is UNIMPLEMENTED", address, to_string(signal)),
                 fmt::format("wire {} in the output block of this otelcol.receiver.otlp", to_string(signal)));
  if (said.find("no org id") != std::string::npos)
    return Error(Phase::content, Reason::tenant, what, "set the tenant of the stack or of this component");
  if (response.status == unauthenticated || response.status == permission_denied)
    return Error(Phase::content, Reason::auth, what, "check the auth settings of this endpoint");
  if (response.status == resource_exhausted)
    return Error(Phase::content, Reason::limit, what, "a limit of the component is reached");
  return Error(Phase::content, Reason::http_status, what);
}

std::unique_ptr<Probe> make_otlp_grpc_probe(ProbePlan plan, std::vector<Signal> signals) {
  return std::make_unique<OtlpGrpcReceiverProbe>(std::move(plan), std::move(signals));
}

Probes make_otlp_grpc_receivers(const StackPlan& stack) {
  return make_receivers(stack, ReceiverKind::otlp_grpc, "otlp_grpc_receiver", make_otlp_grpc_probe);
}

}  // namespace lgtmwatch
