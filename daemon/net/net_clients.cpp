#include "daemon/net/net_clients.hpp"

#include "daemon/net/grpc_client.hpp"
#include "daemon/net/http_client.hpp"
#include "daemon/net/resolver.hpp"
#include "daemon/net/stall_meter.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

class MeteredHttpClient final : public HttpClient {
 public:
  MeteredHttpClient(std::unique_ptr<HttpClient> client, StallMeter& meter)
      : client_(std::move(client)), meter_(meter) {}

  asio::awaitable<HttpExchange> send(const Endpoint& endpoint, HttpRequest request, Deadline deadline) override {
    const StallMeter::Wait wait(meter_);
    auto exchange = co_await client_->send(endpoint, std::move(request), deadline);
    if (!exchange.answer) exchange.answer = wait.judge(exchange.answer.error());
    co_return exchange;
  }

 private:
  std::unique_ptr<HttpClient> client_;
  StallMeter& meter_;
};

class MeteredGrpcClient final : public GrpcClient {
 public:
  MeteredGrpcClient(std::unique_ptr<GrpcClient> client, StallMeter& meter)
      : client_(std::move(client)), meter_(meter) {}

  asio::awaitable<GrpcExchange> call(const Endpoint& endpoint, GrpcRequest request, Deadline deadline) override {
    const StallMeter::Wait wait(meter_);
    auto exchange = co_await client_->call(endpoint, std::move(request), deadline);
    if (!exchange.answer) exchange.answer = wait.judge(exchange.answer.error());
    co_return exchange;
  }

 private:
  std::unique_ptr<GrpcClient> client_;
  StallMeter& meter_;
};

class MeteredClients final : public NetClients {
 public:
  explicit MeteredClients(const asio::any_io_executor& executor)
      : resolver_(make_resolver(executor)),
        meter_(executor),
        http_(make_http_client(executor, *resolver_), meter_),
        grpc_(make_grpc_client(executor, *resolver_), meter_) {}

  HttpClient& http() override { return http_; }
  GrpcClient& grpc() override { return grpc_; }
  bool is_looking_up() const override { return resolver_->in_flight() > 0; }

 private:
  std::unique_ptr<Resolver> resolver_;
  StallMeter meter_;
  MeteredHttpClient http_;
  MeteredGrpcClient grpc_;
};

}  // namespace

std::unique_ptr<NetClients> make_net_clients(const asio::any_io_executor& executor) {
  return std::make_unique<MeteredClients>(executor);
}

}  // namespace lgtmwatch
