// OTLP in JSON: what the application of the sandbox and the canaries send, and what receivers read.
//
// Items are flat: each carries its resource. Histograms and summaries are counted but not kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "daemon/base/result.hpp"

namespace lgtmwatch::wire {

using AttributeValue = std::variant<std::string, std::int64_t, double, bool>;
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;

// The value of the attribute as text; "" where absent.
std::string attribute(const Attributes& attributes, std::string_view name);
std::string to_text(const AttributeValue& value);

struct LogRecord {
  Attributes resource;
  std::int64_t time_ns = 0;
  std::int64_t observed_ns = 0;
  int severity_number = 0;
  std::string severity_text;
  std::string body;
  Attributes attributes;
  std::string trace_id;  // hex
  std::string span_id;
};

struct Span {
  Attributes resource;
  std::string scope;
  std::string trace_id;  // hex, 32 digits
  std::string span_id;   // hex, 16 digits
  std::string parent_span_id;
  std::string name;
  int kind = 1;  // 1 internal, 2 server, 3 client, 4 producer, 5 consumer
  std::int64_t start_ns = 0;
  std::int64_t end_ns = 0;
  Attributes attributes;
};

struct Point {
  enum class Kind { gauge, cumulative, delta, other };

  Attributes resource;
  std::string name;
  std::string unit;
  Kind kind = Kind::gauge;
  bool monotonic = false;
  Attributes attributes;
  std::int64_t start_ns = 0;
  std::int64_t time_ns = 0;
  double value = 0;
};

std::string write_otlp_logs(const std::vector<LogRecord>& records);
std::string write_otlp_traces(const std::vector<Span>& spans);
std::string write_otlp_metrics(const std::vector<Point>& points);

Result<std::vector<LogRecord>> read_otlp_logs(std::string_view body);
Result<std::vector<Span>> read_otlp_traces(std::string_view body);
Result<std::vector<Point>> read_otlp_metrics(std::string_view body);

}  // namespace lgtmwatch::wire
