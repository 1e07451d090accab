// The receivers of the sandbox's Alloy that are no OTLP: Loki push, as loki.source.api answers, and remote write, as
// prometheus.receive_http does.
#pragma once

#include "daemon/net/grpc.hpp"
#include "daemon/net/http_server.hpp"
#include "sandbox/pipeline.hpp"

namespace lgtmwatch::sandbox {

// Tempo's own receiver of OTLP/gRPC, past Alloy.
GrpcResponse answer_tempo_otlp(TraceStore& traces, const GrpcRequest& call);

ServerResponse answer_loki_push(Pipeline& pipeline, const ServerRequest& request);
ServerResponse answer_remote_write(Pipeline& pipeline, const ServerRequest& request);

}  // namespace lgtmwatch::sandbox
