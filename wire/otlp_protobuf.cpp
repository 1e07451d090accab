#include "wire/otlp_protobuf.hpp"

#include "wire/protobuf.hpp"

namespace lgtmwatch::wire {
namespace {

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::int64_t integer(const ProtoField& field) { return static_cast<std::int64_t>(field.value); }

// AnyValue: string 1, bool 2, int 3, double 4; of arrays, maps and bytes only their presence is kept.
AttributeValue read_value(std::string_view text) {
  ProtoReader reader(text);
  AttributeValue value;
  while (const auto field = reader.next()) {
    if (field->number == 1) value = std::string(field->bytes);
    if (field->number == 2) value = field->value != 0;
    if (field->number == 3) value = integer(*field);
    if (field->number == 4) value = field->real();
    if (field->number > 4) value = std::string("(not read)");
  }
  return value;
}

void read_attribute(std::string_view text, Attributes& attributes) {
  ProtoReader reader(text);
  std::pair<std::string, AttributeValue> pair;
  while (const auto field = reader.next()) {
    if (field->number == 1) pair.first = field->bytes;
    if (field->number == 2) pair.second = read_value(field->bytes);
  }
  attributes.push_back(std::move(pair));
}

Attributes read_resource(std::string_view text) {
  ProtoReader reader(text);
  Attributes attributes;
  while (const auto field = reader.next())
    if (field->number == 1) read_attribute(field->bytes, attributes);
  return attributes;
}

std::string read_name(std::string_view text, std::uint32_t number) {
  ProtoReader reader(text);
  std::string name;
  while (const auto field = reader.next())
    if (field->number == number) name = field->bytes;
  return name;
}

// The three signals have the same envelope: 1 the resources; in them 1 the resource and 2 the scopes; in them 1 the
// scope and 2 the items.
template <class Visit>
bool walk_scope(std::string_view text, const Attributes& resource, Visit& visit) {
  std::string scope;
  ProtoReader names(text);
  while (const auto field = names.next())
    if (field->number == 1) scope = read_name(field->bytes, 1);
  bool good = true;
  ProtoReader items(text);
  while (const auto field = items.next())
    if (field->number == 2) good = visit(resource, scope, field->bytes) && good;
  return good && !items.failed();
}

template <class Visit>
bool walk_resource(std::string_view text, Visit& visit) {
  Attributes resource;
  ProtoReader first(text);
  while (const auto field = first.next())
    if (field->number == 1) resource = read_resource(field->bytes);
  bool good = true;
  ProtoReader scopes(text);
  while (const auto field = scopes.next())
    if (field->number == 2) good = walk_scope(field->bytes, resource, visit) && good;
  return good && !scopes.failed();
}

template <class Visit>
Result<void> walk(std::string_view body, Visit visit) {
  bool good = true;
  ProtoReader reader(body);
  while (const auto field = reader.next())
    if (field->number == 1) good = walk_resource(field->bytes, visit) && good;
  if (good && !reader.failed()) return {};
  return Error(Phase::content, Reason::parse, "proto: wrong wireType or unexpected EOF");
}

bool read_record(std::string_view text, LogRecord& record) {
  ProtoReader reader(text);
  while (const auto field = reader.next()) {
    if (field->number == 1) record.time_ns = integer(*field);
    if (field->number == 2) record.severity_number = static_cast<int>(field->value);
    if (field->number == 3) record.severity_text = field->bytes;
    if (field->number == 5) record.body = to_text(read_value(field->bytes));
    if (field->number == 6) read_attribute(field->bytes, record.attributes);
    if (field->number == 9) record.trace_id = hex(field->bytes);
    if (field->number == 10) record.span_id = hex(field->bytes);
    if (field->number == 11) record.observed_ns = integer(*field);
  }
  return !reader.failed();
}

bool read_span(std::string_view text, Span& span) {
  ProtoReader reader(text);
  span.kind = 0;
  while (const auto field = reader.next()) {
    if (field->number == 1) span.trace_id = hex(field->bytes);
    if (field->number == 2) span.span_id = hex(field->bytes);
    if (field->number == 4) span.parent_span_id = hex(field->bytes);
    if (field->number == 5) span.name = field->bytes;
    if (field->number == 6) span.kind = static_cast<int>(field->value);
    if (field->number == 7) span.start_ns = integer(*field);
    if (field->number == 8) span.end_ns = integer(*field);
    if (field->number == 9) read_attribute(field->bytes, span.attributes);
  }
  return !reader.failed();
}

// NumberDataPoint: start 2, time 3, double 4, int (sfixed64) 6, attributes 7.
bool read_point(std::string_view text, Point& point) {
  ProtoReader reader(text);
  while (const auto field = reader.next()) {
    if (field->number == 2) point.start_ns = integer(*field);
    if (field->number == 3) point.time_ns = integer(*field);
    if (field->number == 4) point.value = field->real();
    if (field->number == 6) point.value = static_cast<double>(integer(*field));
    if (field->number == 7) read_attribute(field->bytes, point.attributes);
  }
  return !reader.failed();
}

// Gauge and Sum: points 1, temporality 2, monotonic 3.
bool read_data(std::string_view text, const Point& metric, std::vector<Point>& points) {
  Point common = metric;
  ProtoReader shape(text);
  while (const auto field = shape.next()) {
    if (field->number == 2 && common.kind == Point::Kind::cumulative && field->value == 1)
      common.kind = Point::Kind::delta;
    if (field->number == 3) common.monotonic = field->value != 0;
  }
  bool good = true;
  ProtoReader reader(text);
  while (const auto field = reader.next()) {
    if (field->number != 1) continue;
    points.push_back(common);
    if (common.kind != Point::Kind::other) good = read_point(field->bytes, points.back()) && good;
  }
  return good && !reader.failed();
}

// Metric: name 1, unit 3, gauge 5, sum 7, histogram 9, exponential histogram 10, summary 11.
bool read_metric(std::string_view text, const Attributes& resource, std::vector<Point>& points) {
  Point metric;
  metric.resource = resource;
  metric.name = read_name(text, 1);
  metric.unit = read_name(text, 3);
  bool good = true;
  ProtoReader reader(text);
  while (const auto field = reader.next()) {
    if (field->number < 5) continue;
    metric.kind = field->number == 5   ? Point::Kind::gauge
                  : field->number == 7 ? Point::Kind::cumulative
                                       : Point::Kind::other;
    good = read_data(field->bytes, metric, points) && good;
  }
  return good && !reader.failed();
}

}  // namespace

Result<std::vector<LogRecord>> read_otlp_logs_protobuf(std::string_view body) {
  std::vector<LogRecord> records;
  const auto walked = walk(body, [&](const Attributes& resource, const std::string&, std::string_view item) {
    auto& record = records.emplace_back();
    record.resource = resource;
    return read_record(item, record);
  });
  if (!walked) return walked.error();
  return records;
}

Result<std::vector<Span>> read_otlp_traces_protobuf(std::string_view body) {
  std::vector<Span> spans;
  const auto walked = walk(body, [&](const Attributes& resource, const std::string& scope, std::string_view item) {
    auto& span = spans.emplace_back();
    span.resource = resource;
    span.scope = scope;
    return read_span(item, span);
  });
  if (!walked) return walked.error();
  return spans;
}

Result<std::vector<Point>> read_otlp_metrics_protobuf(std::string_view body) {
  std::vector<Point> points;
  const auto walked = walk(body, [&](const Attributes& resource, const std::string&, std::string_view item) {
    return read_metric(item, resource, points);
  });
  if (!walked) return walked.error();
  return points;
}

std::string write_rpc_status(int code, std::string_view message) {
  ProtoWriter status;
  status.varint(1, static_cast<std::uint64_t>(code));
  status.bytes(2, message);
  return status.text();
}

}  // namespace lgtmwatch::wire
