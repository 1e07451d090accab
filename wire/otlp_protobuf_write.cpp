#include "wire/otlp_protobuf.hpp"
#include "wire/protobuf.hpp"

namespace lgtmwatch::wire {
namespace {

constexpr std::uint64_t delta_temporality = 1;
constexpr std::uint64_t cumulative_temporality = 2;

std::string bytes_of_hex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
  return bytes;
}

std::string write_value(const AttributeValue& value) {
  ProtoWriter out;
  if (const auto* text = std::get_if<std::string>(&value)) out.bytes(1, *text);
  if (const auto* truth = std::get_if<bool>(&value)) out.varint(2, *truth ? 1 : 0);
  if (const auto* whole = std::get_if<std::int64_t>(&value)) out.varint(3, static_cast<std::uint64_t>(*whole));
  if (const auto* number = std::get_if<double>(&value)) out.real(4, *number);
  return out.text();
}

void write_attributes(ProtoWriter& out, std::uint32_t number, const Attributes& attributes) {
  for (const auto& [key, value] : attributes) {
    ProtoWriter pair;
    pair.bytes(1, key);
    pair.bytes(2, write_value(value));
    out.bytes(number, pair.text());
  }
}

// The envelope of one item: 1 the resource's items, in it 1 the resource and 2 the scope's items, in it 1 the scope and
// 2 the item; the same for the three signals.
void write_item(ProtoWriter& out, const Attributes& resource, std::string_view scope, const std::string& item) {
  ProtoWriter described;
  write_attributes(described, 1, resource);
  ProtoWriter named;
  named.bytes(1, scope);
  ProtoWriter of_scope;
  of_scope.bytes(1, named.text());
  of_scope.bytes(2, item);
  ProtoWriter of_resource;
  of_resource.bytes(1, described.text());
  of_resource.bytes(2, of_scope.text());
  out.bytes(1, of_resource.text());
}

std::string write(const LogRecord& record) {
  ProtoWriter out;
  out.fixed64(1, static_cast<std::uint64_t>(record.time_ns));
  out.varint(2, static_cast<std::uint64_t>(record.severity_number));
  out.bytes(3, record.severity_text);
  out.bytes(5, write_value(AttributeValue(record.body)));
  write_attributes(out, 6, record.attributes);
  if (!record.trace_id.empty()) out.bytes(9, bytes_of_hex(record.trace_id));
  if (!record.span_id.empty()) out.bytes(10, bytes_of_hex(record.span_id));
  out.fixed64(11, static_cast<std::uint64_t>(record.observed_ns));
  return out.text();
}

std::string write(const Span& span) {
  ProtoWriter out;
  out.bytes(1, bytes_of_hex(span.trace_id));
  out.bytes(2, bytes_of_hex(span.span_id));
  if (!span.parent_span_id.empty()) out.bytes(4, bytes_of_hex(span.parent_span_id));
  out.bytes(5, span.name);
  out.varint(6, static_cast<std::uint64_t>(span.kind));
  out.fixed64(7, static_cast<std::uint64_t>(span.start_ns));
  out.fixed64(8, static_cast<std::uint64_t>(span.end_ns));
  write_attributes(out, 9, span.attributes);
  return out.text();
}

std::string write(const Point& point) {
  ProtoWriter number;
  number.fixed64(2, static_cast<std::uint64_t>(point.start_ns));
  number.fixed64(3, static_cast<std::uint64_t>(point.time_ns));
  number.real(4, point.value);
  write_attributes(number, 7, point.attributes);
  ProtoWriter data;
  data.bytes(1, number.text());
  const bool gauge = point.kind == Point::Kind::gauge;
  if (!gauge) {
    data.varint(2, point.kind == Point::Kind::delta ? delta_temporality : cumulative_temporality);
    data.varint(3, point.monotonic ? 1 : 0);
  }
  ProtoWriter metric;
  metric.bytes(1, point.name);
  metric.bytes(3, point.unit);
  metric.bytes(gauge ? 5 : 7, data.text());
  return metric.text();
}

}  // namespace

std::string write_otlp_logs_protobuf(const std::vector<LogRecord>& records) {
  ProtoWriter out;
  for (const auto& record : records) write_item(out, record.resource, "", write(record));
  return out.text();
}

std::string write_otlp_traces_protobuf(const std::vector<Span>& spans) {
  ProtoWriter out;
  for (const auto& span : spans) write_item(out, span.resource, span.scope, write(span));
  return out.text();
}

std::string write_otlp_metrics_protobuf(const std::vector<Point>& points) {
  ProtoWriter out;
  for (const auto& point : points) write_item(out, point.resource, "", write(point));
  return out.text();
}

}  // namespace lgtmwatch::wire
