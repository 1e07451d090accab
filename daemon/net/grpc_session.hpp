// GrpcSession: one unary gRPC call as bytes in and bytes out, without a socket. Used by grpc_client.cpp; fuzzed.
//
// Send what output() gives, feed() what arrives, until over(); result() says what came of it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/net/grpc.hpp"
#include "daemon/net/net_error.hpp"

namespace lgtmwatch {

class GrpcSession {
 public:
  virtual ~GrpcSession() = default;
  virtual std::string output() = 0;
  virtual void feed(std::string_view bytes) = 0;
  virtual bool over() const = 0;
  virtual bool heard_anything() const = 0;
  virtual bool answered() const = 0;  // the header of the answer has come
  // Of a call that is over: the answer, or what was wrong with it.
  virtual Result<GrpcResponse> result() = 0;
};

// At most `message_limit` bytes of message and 64 KiB of header are taken.
std::unique_ptr<GrpcSession> make_grpc_session(const Endpoint& endpoint, const GrpcRequest& request, Peer peer,
                                               std::size_t message_limit);

}  // namespace lgtmwatch
