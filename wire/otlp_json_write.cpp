#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "wire/otlp_json.hpp"

namespace lgtmwatch::wire {
namespace {

namespace json = boost::json;

json::object to_json(const AttributeValue& value) {
  json::object out;
  if (const auto* text = std::get_if<std::string>(&value)) out["stringValue"] = *text;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) out["intValue"] = fmt::to_string(*whole);
  if (const auto* number = std::get_if<double>(&value)) out["doubleValue"] = *number;
  if (const auto* truth = std::get_if<bool>(&value)) out["boolValue"] = *truth;
  return out;
}

json::array to_json(const Attributes& attributes) {
  json::array out;
  for (const auto& [key, value] : attributes) {
    json::object one;
    one["key"] = key;
    one["value"] = to_json(value);
    out.emplace_back(std::move(one));
  }
  return out;
}

json::object to_json(const LogRecord& record) {
  json::object out;
  out["timeUnixNano"] = fmt::to_string(record.time_ns);
  if (record.observed_ns != 0) out["observedTimeUnixNano"] = fmt::to_string(record.observed_ns);
  if (record.severity_number != 0) out["severityNumber"] = record.severity_number;
  if (!record.severity_text.empty()) out["severityText"] = record.severity_text;
  out["body"] = to_json(AttributeValue(record.body));
  out["attributes"] = to_json(record.attributes);
  if (!record.trace_id.empty()) out["traceId"] = record.trace_id;
  if (!record.span_id.empty()) out["spanId"] = record.span_id;
  return out;
}

json::object to_json(const Span& span) {
  json::object out;
  out["traceId"] = span.trace_id;
  out["spanId"] = span.span_id;
  if (!span.parent_span_id.empty()) out["parentSpanId"] = span.parent_span_id;
  out["name"] = span.name;
  out["kind"] = span.kind;
  out["startTimeUnixNano"] = fmt::to_string(span.start_ns);
  out["endTimeUnixNano"] = fmt::to_string(span.end_ns);
  out["attributes"] = to_json(span.attributes);
  return out;
}

json::object to_json(const Point& point) {
  json::object data;
  data["attributes"] = to_json(point.attributes);
  if (point.start_ns != 0) data["startTimeUnixNano"] = fmt::to_string(point.start_ns);
  data["timeUnixNano"] = fmt::to_string(point.time_ns);
  data["asDouble"] = point.value;
  json::object shape;
  shape["dataPoints"] = json::array();
  shape["dataPoints"].as_array().emplace_back(std::move(data));
  if (point.kind != Point::Kind::gauge) {
    shape["aggregationTemporality"] = point.kind == Point::Kind::delta ? 1 : 2;
    shape["isMonotonic"] = point.monotonic;
  }
  json::object out;
  out["name"] = point.name;
  if (!point.unit.empty()) out["unit"] = point.unit;
  out[point.kind == Point::Kind::gauge ? "gauge" : "sum"] = std::move(shape);
  return out;
}

std::string scope_of(const Span& span) { return span.scope; }
template <class Item>
std::string scope_of(const Item&) {
  return "lgtmwatch";
}

// Neighbours of the same resource and scope share an envelope.
template <class Item>
std::string write(const std::vector<Item>& all, const char* resources, const char* scopes, const char* items) {
  json::array list;
  for (std::size_t i = 0; i < all.size();) {
    json::array inner;
    std::size_t next = i;
    while (next < all.size() && all[next].resource == all[i].resource && scope_of(all[next]) == scope_of(all[i]))
      inner.emplace_back(to_json(all[next++]));
    json::object scoped;
    scoped["scope"] = json::object{{"name", scope_of(all[i])}};
    scoped[items] = std::move(inner);
    json::object one;
    one["resource"] = json::object{{"attributes", to_json(all[i].resource)}};
    one[scopes] = json::array();
    one[scopes].as_array().emplace_back(std::move(scoped));
    list.emplace_back(std::move(one));
    i = next;
  }
  json::object root;
  root[resources] = std::move(list);
  return json::serialize(root);
}

}  // namespace

std::string write_otlp_logs(const std::vector<LogRecord>& records) {
  return write(records, "resourceLogs", "scopeLogs", "logRecords");
}

std::string write_otlp_traces(const std::vector<Span>& spans) {
  return write(spans, "resourceSpans", "scopeSpans", "spans");
}

std::string write_otlp_metrics(const std::vector<Point>& points) {
  return write(points, "resourceMetrics", "scopeMetrics", "metrics");
}

}  // namespace lgtmwatch::wire
