// Traffic: how many exchanges are under way, and the clients that count theirs.
#pragma once

#include "daemon/net/grpc.hpp"
#include "daemon/net/http.hpp"

namespace lgtmwatch::corpus {

struct Traffic {
  int under_way = 0;
};

class UnderWay {
 public:
  explicit UnderWay(Traffic& traffic) : traffic_(traffic) { ++traffic_.under_way; }
  ~UnderWay() { --traffic_.under_way; }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;

 private:
  Traffic& traffic_;
};

// Gives every exchange the same time, which passes whatever the scenario's clock does.
class CountedClients final : public HttpClient, public GrpcClient {
 public:
  CountedClients(HttpClient& http, GrpcClient& grpc, Traffic& traffic, Duration deadline)
      : http_(http), grpc_(grpc), traffic_(traffic), deadline_(deadline) {}

  boost::asio::awaitable<HttpExchange> send(const Endpoint& endpoint, HttpRequest request, Deadline) override {
    const UnderWay counted(traffic_);
    co_return co_await http_.send(endpoint, std::move(request), in_real_time());
  }
  boost::asio::awaitable<GrpcExchange> call(const Endpoint& endpoint, GrpcRequest request, Deadline) override {
    const UnderWay counted(traffic_);
    co_return co_await grpc_.call(endpoint, std::move(request), in_real_time());
  }

 private:
  Deadline in_real_time() const { return Deadline(std::chrono::steady_clock::now() + deadline_); }

  HttpClient& http_;
  GrpcClient& grpc_;
  Traffic& traffic_;
  Duration deadline_;
};

}  // namespace lgtmwatch::corpus
