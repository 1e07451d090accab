#include "probes/alloy/loki_push_receiver.hpp"

namespace lgtmwatch {
namespace {

class LokiPushReceiverProbe final : public ReceiverProbe {
 public:
  using ReceiverProbe::ReceiverProbe;

 protected:
  boost::asio::awaitable<std::optional<Error>> offer(Asker& asker, Signal) const override {
    const auto& endpoint = plan().endpoint;
    auto request = empty_push(endpoint, "/loki/api/v1/push", "application/json", R"({"streams":[]})");
    auto response = co_await asker.ask(std::move(request));
    if (!response) co_return response.error();
    co_return judge_loki_push(*response, endpoint);
  }
};

std::unique_ptr<Probe> make_probe(ProbePlan plan, std::vector<Signal> signals) {
  return std::make_unique<LokiPushReceiverProbe>(std::move(plan), std::move(signals));
}

}  // namespace

std::optional<Error> judge_loki_push(const HttpResponse& response, const Endpoint& endpoint) {
  const bool by_loki = response.status == 422 && response.body.find("at least one valid stream") != std::string::npos;
  if (response.status == 204 || by_loki) return std::nullopt;
  return push_error(response, endpoint, "Loki push");
}

Probes make_loki_push_receivers(const StackPlan& stack) {
  return make_receivers(stack, ReceiverKind::loki_push, "loki_push_receiver", make_probe);
}

}  // namespace lgtmwatch
