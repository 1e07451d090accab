#include "sandbox/push_receivers.hpp"

#include "sandbox/answers.hpp"
#include "wire/loki_push.hpp"
#include "wire/otlp_protobuf.hpp"
#include "wire/remote_write.hpp"

namespace lgtmwatch::sandbox {

GrpcResponse answer_tempo_otlp(TraceStore& traces, const GrpcRequest& call) {
  constexpr int invalid_argument = 3;
  constexpr int unimplemented = 12;
  GrpcResponse response;
  const auto service = call.method.substr(1, call.method.rfind('/') - 1);
  auto spans = wire::read_otlp_traces_protobuf(call.message);
  if (service != "opentelemetry.proto.collector.trace.v1.TraceService") {
    response.status = unimplemented;
    response.status_message = "unknown service " + service;
  } else if (!spans) {
    response.status = invalid_argument;
    response.status_message = spans.error().what;
  } else {
    for (auto& span : *spans) traces.add(std::move(span));
  }
  return response;
}

ServerResponse answer_loki_push(Pipeline& pipeline, const ServerRequest& request) {
  const auto path = request.path();
  if (path == "/ready" && request.method == "GET") return text(200, "ready");
  if (path != "/loki/api/v1/push" && path != "/api/v1/push") return page_not_found();
  if (request.method != "POST") return {405, "", ""};
  const bool as_json = starts_with(request.header("Content-Type"), json_plain);
  auto streams = as_json ? wire::read_loki_push_json(request.body) : wire::read_loki_push_protobuf(request.body);
  if (!streams) return text(400, streams.error().what + "\n");
  pipeline.push(std::move(*streams));
  return {204, "", ""};
}

ServerResponse answer_remote_write(Pipeline& pipeline, const ServerRequest& request) {
  if (request.path() != "/api/v1/metrics/write") return page_not_found();
  if (request.method != "POST") return {405, "", ""};
  auto series = wire::decode_remote_write(request.body);
  if (!series) return text(400, series.error().what + "\n");
  pipeline.write(std::move(*series));
  return {204, "", ""};
}

}  // namespace lgtmwatch::sandbox
