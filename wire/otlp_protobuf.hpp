// OTLP in protobuf: what gRPC carries, and what receivers read besides JSON. Items as in otlp_json.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/otlp_json.hpp"

namespace lgtmwatch::wire {

std::string write_otlp_logs_protobuf(const std::vector<LogRecord>& records);
std::string write_otlp_traces_protobuf(const std::vector<Span>& spans);
std::string write_otlp_metrics_protobuf(const std::vector<Point>& points);  // gauges and cumulative or delta sums

Result<std::vector<LogRecord>> read_otlp_logs_protobuf(std::string_view body);
Result<std::vector<Span>> read_otlp_traces_protobuf(std::string_view body);
Result<std::vector<Point>> read_otlp_metrics_protobuf(std::string_view body);

// google.rpc.Status, with which servers refuse a protobuf request.
std::string write_rpc_status(int code, std::string_view message);

}  // namespace lgtmwatch::wire
