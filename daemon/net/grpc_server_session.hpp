// GrpcServerSession: the server's end of one gRPC connection as bytes in and bytes out, without a socket. For the doors
// of the sandbox; the daemon itself serves no gRPC.
//
// Send what output() gives, feed() what arrives, until over(). At most 4 MiB of a message are taken.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/net/grpc.hpp"

namespace lgtmwatch {

// Called once for each unary call, with the whole message. What is no gRPC call at all gets HTTP's 415.
using GrpcHandler = std::function<GrpcResponse(const GrpcRequest&)>;

class GrpcServerSession {
 public:
  virtual ~GrpcServerSession() = default;
  virtual std::string output() = 0;
  virtual void feed(std::string_view bytes) = 0;
  virtual bool over() const = 0;  // the client breaks the rules: close once the output is sent
};

std::unique_ptr<GrpcServerSession> make_grpc_server_session(GrpcHandler handler);

}  // namespace lgtmwatch
