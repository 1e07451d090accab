#include "wire/otlp_json.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "daemon/base/json.hpp"

namespace lgtmwatch::wire {
namespace {

namespace json = boost::json;

const json::value* find(const json::value& value, std::string_view key) {
  const auto* object = value.if_object();
  return object ? object->if_contains(json::string_view(key.data(), key.size())) : nullptr;
}

std::string text_at(const json::value& value, std::string_view key) {
  const auto* member = find(value, key);
  const auto* text = member ? member->if_string() : nullptr;
  return text ? std::string(text->data(), text->size()) : std::string();
}

// OTLP writes 64-bit integers as strings, and some senders as numbers.
std::int64_t integer(const json::value* value) {
  std::int64_t number = 0;
  if (!value) return number;
  if (const auto* text = value->if_string()) std::from_chars(text->data(), text->data() + text->size(), number);
  if (const auto* small = value->if_int64()) number = *small;
  if (const auto* large = value->if_uint64()) number = static_cast<std::int64_t>(*large);
  return number;
}

double real(const json::value* value) { return value && value->is_number() ? value->to_number<double>() : 0; }

AttributeValue read_value(const json::value* value) {
  if (!value) return std::string();
  if (const auto* text = find(*value, "stringValue"); text && text->is_string()) return text_at(*value, "stringValue");
  if (const auto* number = find(*value, "intValue")) return integer(number);
  if (const auto* number = find(*value, "doubleValue")) return real(number);
  if (const auto* truth = find(*value, "boolValue"); truth && truth->is_bool()) return truth->get_bool();
  return json::serialize(*value);
}

template <class Visit>
void each(const json::value& value, std::string_view key, Visit visit) {
  const auto* member = find(value, key);
  const auto* array = member ? member->if_array() : nullptr;
  if (!array) return;
  for (const auto& element : *array) visit(element);
}

Attributes read_attributes(const json::value* holder) {
  Attributes attributes;
  if (!holder) return attributes;
  each(*holder, "attributes",
       [&](const json::value& one) { attributes.emplace_back(text_at(one, "key"), read_value(find(one, "value"))); });
  return attributes;
}

// What the three signals share: resources, in them scopes, in them items.
template <class Visit>
Result<void> walk(std::string_view body, std::string_view resources, std::string_view scopes, std::string_view items,
                  Visit visit) {
  const auto root = parse_json(body);
  if (!root) return root.error();
  if (!root->is_object()) return Error(Phase::content, Reason::parse, "an export is an object");
  const auto* list = find(*root, resources);
  if (list && !list->is_array() && !list->is_null())
    return Error(Phase::content, Reason::parse, fmt::format("{} is not an array", resources));
  each(*root, resources, [&](const json::value& one) {
    const auto resource = read_attributes(find(one, "resource"));
    each(one, scopes, [&](const json::value& scoped) {
      const auto* scope = find(scoped, "scope");
      const auto scope_name = scope ? text_at(*scope, "name") : std::string();
      each(scoped, items, [&](const json::value& item) { visit(resource, scope_name, item); });
    });
  });
  return {};
}

LogRecord read_record(const Attributes& resource, const json::value& item) {
  LogRecord record;
  record.resource = resource;
  record.time_ns = integer(find(item, "timeUnixNano"));
  record.observed_ns = integer(find(item, "observedTimeUnixNano"));
  record.severity_number = static_cast<int>(integer(find(item, "severityNumber")));
  record.severity_text = text_at(item, "severityText");
  record.body = to_text(read_value(find(item, "body")));
  record.attributes = read_attributes(&item);
  record.trace_id = text_at(item, "traceId");
  record.span_id = text_at(item, "spanId");
  return record;
}

Span read_span(const Attributes& resource, const std::string& scope, const json::value& item) {
  Span span;
  span.resource = resource;
  span.scope = scope;
  span.trace_id = text_at(item, "traceId");
  span.span_id = text_at(item, "spanId");
  span.parent_span_id = text_at(item, "parentSpanId");
  span.name = text_at(item, "name");
  span.kind = static_cast<int>(integer(find(item, "kind")));
  span.start_ns = integer(find(item, "startTimeUnixNano"));
  span.end_ns = integer(find(item, "endTimeUnixNano"));
  span.attributes = read_attributes(&item);
  return span;
}

Point read_point(const Point& metric, const json::value& item) {
  Point point = metric;
  point.attributes = read_attributes(&item);
  point.start_ns = integer(find(item, "startTimeUnixNano"));
  point.time_ns = integer(find(item, "timeUnixNano"));
  const auto* whole = find(item, "asInt");
  point.value = whole ? static_cast<double>(integer(whole)) : real(find(item, "asDouble"));
  return point;
}

void read_metric(const Attributes& resource, const json::value& item, std::vector<Point>& points) {
  Point metric;
  metric.resource = resource;
  metric.name = text_at(item, "name");
  metric.unit = text_at(item, "unit");
  for (const auto* shape : {"gauge", "sum", "histogram", "exponentialHistogram", "summary"}) {
    const auto* data = find(item, shape);
    if (!data) continue;
    const auto temporality = integer(find(*data, "aggregationTemporality"));
    const bool sum = std::string_view(shape) == "sum";
    metric.kind = sum && temporality == 1              ? Point::Kind::delta
                  : sum                                ? Point::Kind::cumulative
                  : std::string_view(shape) == "gauge" ? Point::Kind::gauge
                                                       : Point::Kind::other;
    const auto* monotonic = find(*data, "isMonotonic");
    metric.monotonic = monotonic && monotonic->is_bool() && monotonic->get_bool();
    each(*data, "dataPoints", [&](const json::value& one) { points.push_back(read_point(metric, one)); });
  }
}

}  // namespace

std::string to_text(const AttributeValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return fmt::to_string(*whole);
  if (const auto* number = std::get_if<double>(&value)) return fmt::to_string(*number);
  return std::get<bool>(value) ? "true" : "false";
}

std::string attribute(const Attributes& attributes, std::string_view name) {
  for (const auto& [key, value] : attributes)
    if (key == name) return to_text(value);
  return {};
}

Result<std::vector<LogRecord>> read_otlp_logs(std::string_view body) {
  std::vector<LogRecord> records;
  const auto walked = walk(body, "resourceLogs", "scopeLogs", "logRecords",
                           [&](const Attributes& resource, const std::string&, const json::value& item) {
                             records.push_back(read_record(resource, item));
                           });
  if (!walked) return walked.error();
  return records;
}

Result<std::vector<Span>> read_otlp_traces(std::string_view body) {
  std::vector<Span> spans;
  const auto walked = walk(body, "resourceSpans", "scopeSpans", "spans",
                           [&](const Attributes& resource, const std::string& scope, const json::value& item) {
                             spans.push_back(read_span(resource, scope, item));
                           });
  if (!walked) return walked.error();
  return spans;
}

Result<std::vector<Point>> read_otlp_metrics(std::string_view body) {
  std::vector<Point> points;
  const auto walked = walk(body, "resourceMetrics", "scopeMetrics", "metrics",
                           [&](const Attributes& resource, const std::string&, const json::value& item) {
                             read_metric(resource, item, points);
                           });
  if (!walked) return walked.error();
  return points;
}

}  // namespace lgtmwatch::wire
