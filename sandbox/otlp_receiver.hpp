// A receiver of the sandbox's Alloy: OTLP over HTTP or gRPC, as otelcol.receiver.otlp answers.
#pragma once

#include <string>

#include "daemon/net/grpc.hpp"
#include "daemon/net/http_server.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/pipeline.hpp"

namespace lgtmwatch::sandbox {

class OtlpReceiver {
 public:
  OtlpReceiver(std::string name, Pipeline& pipeline, const Faults& faults)
      : name_(std::move(name)), pipeline_(pipeline), faults_(faults) {}

  const std::string& name() const { return name_; }  // of the configuration: "backend", "mobile-http", "mobile-grpc"
  ServerResponse answer(const ServerRequest& request);
  GrpcResponse answer_call(const GrpcRequest& call);

 private:
  ServerResponse take(const std::string& signal, const ServerRequest& request, bool as_json);

  std::string name_;
  Pipeline& pipeline_;
  const Faults& faults_;
};

}  // namespace lgtmwatch::sandbox
