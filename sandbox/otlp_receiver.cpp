#include "sandbox/otlp_receiver.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "sandbox/answers.hpp"
#include "wire/otlp_json.hpp"
#include "wire/otlp_protobuf.hpp"

namespace lgtmwatch::sandbox {
namespace {

constexpr const char* protobuf_type = "application/x-protobuf";
constexpr const char* refusal = "the receiver is overloaded";
constexpr int unimplemented = 12;
constexpr int unavailable = 14;

// The signal of "/opentelemetry.proto.collector.logs.v1.LogsService/Export"; "" for any other method.
std::string_view signal_of(const std::string& method) {
  constexpr std::string_view package = "/opentelemetry.proto.collector.";
  if (method == fmt::format("{}metrics.v1.MetricsService/Export", package)) return "metrics";
  if (method == fmt::format("{}logs.v1.LogsService/Export", package)) return "logs";
  if (method == fmt::format("{}trace.v1.TraceService/Export", package)) return "traces";
  return "";
}

// The media type without its parameters.
std::string_view media_type(std::string_view header) { return header.substr(0, header.find(';')); }

ServerResponse accepted(bool as_json) {
  if (as_json) return {200, json_plain, R"({"partialSuccess":{}})"};
  return {200, protobuf_type, std::string("\x0a\x00", 2)};
}

ServerResponse overloaded() {
  boost::json::object body;
  body["code"] = unavailable;
  body["message"] = refusal;
  return {503, json_plain, boost::json::serialize(body)};
}

ServerResponse refused(const Error& error, bool as_json) {
  if (!as_json) return {400, protobuf_type, wire::write_rpc_status(3, error.what)};
  boost::json::object body;
  body["code"] = 3;
  body["message"] = "ReadObject: " + error.what;
  return {400, json_plain, boost::json::serialize(body)};
}

GrpcResponse status(int code, std::string message) {
  GrpcResponse response;
  response.status = code;
  response.status_message = std::move(message);
  return response;
}

template <class Items>
GrpcResponse hand_on(Pipeline& pipeline, const std::string& receiver, const std::string& signal, const std::string& why,
                     Result<Items> items) {
  constexpr int invalid_argument = 3;
  if (!items) return status(invalid_argument, items.error().what);
  if (!why.empty() && !items->empty()) {
    pipeline.refuse(receiver, signal, items->size());
    return status(unavailable, why);
  }
  pipeline.accept(receiver, std::move(*items));
  auto accepted = status(0, "");
  accepted.message = std::string("\x0a\x00", 2);
  return accepted;
}

ServerResponse refused_for(const std::string& why, bool as_json) {
  if (!as_json) return {503, protobuf_type, wire::write_rpc_status(unavailable, why)};
  boost::json::object body;
  body["code"] = unavailable;
  body["message"] = why;
  return {503, json_plain, boost::json::serialize(body)};
}

// Why what comes is refused; empty where it is taken.
std::string refusal_of(const Faults& faults, const Pipeline& pipeline, const std::string& signal) {
  if (faults.on("memory-limiter-refusing")) return "data refused due to high memory usage";
  if (faults.on("wired-to-nowhere", signal)) return "telemetry type is not supported";
  if (signal == "traces" && pipeline.refuses_spans()) return "sending queue is full";
  return {};
}

template <class Items>
ServerResponse hand_on(Pipeline& pipeline, const std::string& receiver, const std::string& signal,
                       const std::string& why, Result<Items> items, bool as_json) {
  if (!items) return refused(items.error(), as_json);
  if (!why.empty() && !items->empty()) {
    pipeline.refuse(receiver, signal, items->size());
    return refused_for(why, as_json);
  }
  pipeline.accept(receiver, std::move(*items));
  return accepted(as_json);
}

}  // namespace

ServerResponse OtlpReceiver::answer(const ServerRequest& request) {
  const auto path = request.path();
  for (const std::string signal : {"metrics", "logs", "traces"}) {
    if (path != "/v1/" + signal) continue;
    if (faults_.on("otlp-signal-not-wired", name_ + "/" + signal)) return page_not_found();
    if (faults_.on("receiver-refusing", name_)) return overloaded();
    if (request.method != "POST") return {405, "text/plain", "405 method not allowed, supported: [POST]"};
    const auto type = media_type(request.header("Content-Type"));
    if (type == json_plain) return take(signal, request, true);
    if (type == protobuf_type) return take(signal, request, false);
    return {415, "text/plain", "415 unsupported media type, supported: [application/json, application/x-protobuf]"};
  }
  return page_not_found();
}

GrpcResponse OtlpReceiver::answer_call(const GrpcRequest& call) {
  const std::string signal(signal_of(call.method));
  const auto service = call.method.substr(1, call.method.rfind('/') - 1);
  if (signal.empty() || faults_.on("otlp-signal-not-wired", fmt::format("{}/{}", name_, signal)))
    return status(unimplemented, "unknown service " + service);
  if (faults_.on("receiver-refusing", name_)) return status(unavailable, refusal);
  const auto why = refusal_of(faults_, pipeline_, signal);
  if (signal == "metrics")
    return hand_on(pipeline_, name_, signal, why, wire::read_otlp_metrics_protobuf(call.message));
  if (signal == "logs") return hand_on(pipeline_, name_, signal, why, wire::read_otlp_logs_protobuf(call.message));
  return hand_on(pipeline_, name_, signal, why, wire::read_otlp_traces_protobuf(call.message));
}

ServerResponse OtlpReceiver::take(const std::string& signal, const ServerRequest& request, bool as_json) {
  const auto& body = request.body;
  const auto why = refusal_of(faults_, pipeline_, signal);
  if (signal == "metrics")
    return hand_on(pipeline_, name_, signal, why,
                   as_json ? wire::read_otlp_metrics(body) : wire::read_otlp_metrics_protobuf(body), as_json);
  if (signal == "logs")
    return hand_on(pipeline_, name_, signal, why,
                   as_json ? wire::read_otlp_logs(body) : wire::read_otlp_logs_protobuf(body), as_json);
  return hand_on(pipeline_, name_, signal, why,
                 as_json ? wire::read_otlp_traces(body) : wire::read_otlp_traces_protobuf(body), as_json);
}

}  // namespace lgtmwatch::sandbox
