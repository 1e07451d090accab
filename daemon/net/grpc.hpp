// The gRPC client as the rest of the program sees it: one unary call on a fresh connection. The implementation
// (nghttp2) is in grpc_session.cpp and grpc_client.cpp; tests pass fakes.
//
// One call is one attempt: gRPC's own channels hide a refusal, a hang and a failed handshake behind UNAVAILABLE and
// their back-off. Here the phases and the first bytes tell them apart.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <utility>

#include "daemon/net/http.hpp"

namespace lgtmwatch {

struct GrpcRequest {
  GrpcRequest(std::string method_, std::string message_) : method(std::move(method_)), message(std::move(message_)) {}

  std::string method;   // "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
  std::string message;  // protobuf, without gRPC's frame
};

struct GrpcResponse {
  int status = 0;              // gRPC's own: 0 is OK
  std::string status_message;  // what came with another status
  std::string message;         // protobuf
};

struct GrpcExchange {
  explicit GrpcExchange(Result<GrpcResponse> answer_) : answer(std::move(answer_)) {}

  Result<GrpcResponse> answer;  // any gRPC status is an answer
  PhaseTimes phases;
  std::string remote;
};

class GrpcClient {
 public:
  virtual ~GrpcClient() = default;
  // The endpoint's headers go as metadata. Never throws but for the cancellation of the caller. The endpoint must live
  // until the call returns.
  virtual boost::asio::awaitable<GrpcExchange> call(const Endpoint& endpoint, GrpcRequest request,
                                                    Deadline deadline) = 0;
};

}  // namespace lgtmwatch
