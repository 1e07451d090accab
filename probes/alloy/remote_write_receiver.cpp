#include "probes/alloy/remote_write_receiver.hpp"

#include "wire/remote_write.hpp"

namespace lgtmwatch {
namespace {

class RemoteWriteReceiverProbe final : public ReceiverProbe {
 public:
  using ReceiverProbe::ReceiverProbe;

 protected:
  boost::asio::awaitable<std::optional<Error>> offer(Asker& asker, Signal) const override {
    const auto& endpoint = plan().endpoint;
    auto request =
        empty_push(endpoint, "/api/v1/metrics/write", "application/x-protobuf", wire::encode_remote_write({}));
    request.headers.emplace_back("Content-Encoding", "snappy");
    request.headers.emplace_back("X-Prometheus-Remote-Write-Version", "0.1.0");
    auto response = co_await asker.ask(std::move(request));
    if (!response) co_return response.error();
    co_return judge_remote_write(*response, endpoint);
  }
};

std::unique_ptr<Probe> make_probe(ProbePlan plan, std::vector<Signal> signals) {
  return std::make_unique<RemoteWriteReceiverProbe>(std::move(plan), std::move(signals));
}

}  // namespace

std::optional<Error> judge_remote_write(const HttpResponse& response, const Endpoint& endpoint) {
  const bool taken = response.body.empty() && (response.status == 204 || response.status == 200);
  if (taken) return std::nullopt;
  return push_error(response, endpoint, "remote write");
}

Probes make_remote_write_receivers(const StackPlan& stack) {
  return make_receivers(stack, ReceiverKind::remote_write, "remote_write_receiver", make_probe);
}

}  // namespace lgtmwatch
