// Asker: how a probe asks during one run. Sends to the endpoint of the probe under one deadline and keeps the first
// exchanges as evidence.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <vector>

#include "daemon/base/clock.hpp"
#include "daemon/model/run_record.hpp"
#include "daemon/net/grpc.hpp"
#include "daemon/net/http.hpp"

namespace lgtmwatch {

// What probes ask with.
struct Clients {
  HttpClient& http;
  GrpcClient& grpc;
};

class Asker {
 public:
  // All of them must live as long as the asker.
  Asker(Clients clients, const Endpoint& endpoint, const Clock& clock, Deadline deadline)
      : clients_(clients), endpoint_(endpoint), clock_(clock), deadline_(deadline) {}

  // Any HTTP status is an answer; only what is not an HTTP answer is an error.
  boost::asio::awaitable<Result<HttpResponse>> ask(HttpRequest request);
  // As ask(), but a status other than 200 is an error of the matching reason (see answers.hpp).
  boost::asio::awaitable<Result<HttpResponse>> ask_ok(HttpRequest request);
  // Any gRPC status is an answer.
  boost::asio::awaitable<Result<GrpcResponse>> call(GrpcRequest request);

  // As ask(), of another component of the stack; the endpoint must live until the call returns.
  boost::asio::awaitable<Result<HttpResponse>> ask_elsewhere(const Endpoint& endpoint, HttpRequest request);

  // From now on no single request may take longer than that: one that hangs leaves time for those after it.
  void give_each_request(Duration patience) { patience_ = patience; }

  // Leaves room for the evidence of what comes next: a run with many good answers keeps those that are not.
  void forget_exchanges_from(std::size_t first) {
    if (first < exchanges_.size()) exchanges_.resize(first);
  }
  std::size_t exchanges() const { return exchanges_.size(); }
  WallTime now() const { return clock_.wall(); }
  std::vector<Exchange> take_exchanges() { return std::move(exchanges_); }

 private:
  Clients clients_;
  const Endpoint& endpoint_;
  const Clock& clock_;
  Deadline deadline_;
  std::optional<Duration> patience_;
  std::vector<Exchange> exchanges_;
};

// The command that repeats the request, with header values masked but for X-Scope-OrgID. A body of more than 2000 bytes
// is a file `body`, whose size a remark tells: that of a large canary has megabytes.
std::string curl_command(const Endpoint& endpoint, const HttpRequest& request);
// The same for a call: grpcurl finds the method by the reflection of the server, or by -proto.
std::string grpcurl_command(const Endpoint& endpoint, const GrpcRequest& request);

}  // namespace lgtmwatch
