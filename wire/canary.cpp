#include "wire/canary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/crc.hpp>
#include <boost/uuid/name_generator_sha1.hpp>
#include <charconv>

namespace lgtmwatch::wire {
namespace {

constexpr unsigned checksum_bits = 20;
constexpr std::string_view scope = "lgtmwatch";
constexpr std::size_t filler_line = 200'000;     // Loki refuses lines above 256 kB
constexpr std::size_t filler_attribute = 2'000;  // Tempo cuts attributes at 2 KiB
constexpr std::int64_t earlier_by = 1'000'000'000;
constexpr std::size_t unordered_lines = 3;

std::uint32_t checksum(std::string_view text) {
  boost::crc_32_type crc;
  crc.process_bytes(text.data(), text.size());
  return crc.checksum();
}

std::int64_t nanoseconds(WallTime time) { return time.time_since_epoch().count(); }

// Hex digits of a name-based hash (RFC 4122, version 5) of the text.
std::string hex_of(std::string_view text, std::size_t digits) {
  const boost::uuids::name_generator_sha1 hash(boost::uuids::ns::oid());
  const auto bytes = hash(text.data(), text.size());
  std::string hex;
  for (const auto byte : bytes) hex += fmt::format("{:02x}", byte);
  hex.resize(digits);
  if (hex.front() == '0') hex.front() = '1';
  return hex;
}

// Up to the next space; empty where the key is missing.
std::string_view value_in(std::string_view line, std::string_view key) {
  const auto at = line.find(key);
  if (at == std::string_view::npos) return {};
  const auto rest = line.substr(at + key.size());
  return rest.substr(0, rest.find(' '));
}

template <class Number>
Number number_in(std::string_view text) {
  Number number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Attributes resource_of(const Canary& canary, std::string_view service) {
  Attributes resource{{"service.name", AttributeValue(std::string(service))}};
  if (canary.fresh_label) resource.emplace_back("service.instance.id", AttributeValue(canary_token(canary.id)));
  for (const auto& [name, value] : canary.labels) resource.emplace_back(name, AttributeValue(value));
  return resource;
}

Attributes attributes_of(const Canary& canary) {
  return {{std::string(canary_stack_label), AttributeValue(canary.stack)},
          {std::string(canary_route_label), AttributeValue(canary.id.route)}};
}

Labels labels_of(const Canary& canary) {
  auto labels = canary.labels;
  labels[std::string(canary_stack_label)] = canary.stack;
  labels[std::string(canary_route_label)] = canary.id.route;
  return labels;
}

// The filler comes first and is the older, so that the order is right.
std::vector<LogEntry> entries_of(const Canary& canary) {
  const auto at = nanoseconds(canary.written);
  const auto fillers = static_cast<std::int64_t>(canary.filler / filler_line);
  std::vector<LogEntry> entries;
  for (std::int64_t i = 0; i < fillers; ++i)
    entries.push_back({at - fillers + i, fmt::format("filler {} {:x<{}}", i, "", filler_line), {}});
  for (const auto& line : canary_lines(canary)) entries.push_back({at, line, {}});
  if (canary.unordered) entries.back().ns = at - earlier_by;
  return entries;
}

std::string checked(const std::string& line) { return line + fmt::format(" sum={:08x}", checksum(line)); }

std::string unchecked_line(const Canary& canary) {
  return fmt::format("canary={} written_ns={}", canary_token(canary.id), nanoseconds(canary.written));
}

Span empty_span(const Canary& canary, std::string_view service) {
  Span span;
  span.resource = resource_of(canary, service);
  span.scope = scope;
  span.start_ns = nanoseconds(canary.written);
  span.end_ns = span.start_ns + 1'000'000;
  return span;
}

}  // namespace

std::string canary_token(const CanaryId& id) { return fmt::format("{}-{}-{}", id.run, id.route, id.sequence); }

std::string canary_line(const Canary& canary) { return checked(unchecked_line(canary)); }

std::vector<std::string> canary_lines(const Canary& canary) {
  if (!canary.unordered) return {canary_line(canary)};
  std::vector<std::string> lines;
  for (std::size_t part = 1; part <= unordered_lines; ++part)
    lines.push_back(checked(unchecked_line(canary) + fmt::format(" part={}", part)));
  return lines;
}

std::optional<Canary> parse_canary_line(std::string_view line) {
  const auto token = value_in(line, "canary=");
  const auto first = token.find('-');
  const auto last = token.rfind('-');
  if (first == last) return std::nullopt;
  Canary canary;
  canary.id.run = token.substr(0, first);
  canary.id.route = token.substr(first + 1, last - first - 1);
  canary.id.sequence = number_in<std::uint64_t>(token.substr(last + 1));
  canary.written = WallTime(Duration(number_in<std::int64_t>(value_in(line, " written_ns="))));
  canary.unordered = !value_in(line, " part=").empty();
  const auto lines = canary_lines(canary);
  if (std::find(lines.begin(), lines.end(), line) == lines.end()) return std::nullopt;
  return canary;
}

std::string canary_trace_id(const CanaryId& id) { return hex_of("trace " + canary_token(id), 32); }

std::string canary_span_id(const CanaryId& id) { return hex_of("span " + canary_token(id), 16); }

double canary_value(const Canary& canary) {
  const auto sum = checksum(fmt::format("{} {}", canary_token(canary.id), nanoseconds(canary.written)));
  return static_cast<double>((canary.id.sequence << checksum_bits) | (sum >> (32 - checksum_bits)));
}

std::uint64_t sequence_of_value(double value) { return static_cast<std::uint64_t>(value) >> checksum_bits; }

std::vector<LogRecord> canary_logs(const Canary& canary, std::string_view service) {
  std::vector<LogRecord> records;
  for (auto& entry : entries_of(canary)) {
    LogRecord record;
    record.resource = resource_of(canary, service);
    record.time_ns = entry.ns;
    record.observed_ns = entry.ns;
    record.severity_number = 9;
    record.severity_text = "INFO";
    record.body = std::move(entry.line);
    record.attributes = attributes_of(canary);
    records.push_back(std::move(record));
  }
  return records;
}

LogStream canary_stream(const Canary& canary, std::string_view service) {
  LogStream stream;
  stream.labels = labels_of(canary);
  stream.labels["service_name"] = service;
  if (canary.fresh_label) stream.labels["service_instance_id"] = canary_token(canary.id);
  stream.entries = entries_of(canary);
  return stream;
}

std::vector<Span> canary_spans(const Canary& canary, std::string_view service) {
  std::vector<Span> spans;
  for (std::size_t i = 0; i < canary.filler / filler_attribute; ++i) {
    auto span = empty_span(canary, service);
    span.trace_id = hex_of("filler " + canary_token(canary.id), 32);
    span.span_id = fmt::format("{:016x}", i + 1);
    span.name = "canary filler";
    span.attributes.emplace_back("filler", AttributeValue(std::string(filler_attribute, 'x')));
    spans.push_back(std::move(span));
  }
  auto span = empty_span(canary, service);
  span.trace_id = canary_trace_id(canary.id);
  span.span_id = canary_span_id(canary.id);
  span.name = "canary";
  span.attributes = attributes_of(canary);
  span.attributes.emplace_back(canary_attribute, AttributeValue(canary_line(canary)));
  spans.push_back(std::move(span));
  return spans;
}

Point canary_point(const Canary& canary, std::string_view service) {
  Point point;
  point.resource = resource_of(canary, service);
  point.name = canary_metric;
  point.attributes = attributes_of(canary);
  for (const auto& [name, value] : canary.labels) point.attributes.emplace_back(name, AttributeValue(value));
  point.time_ns = nanoseconds(canary.written);
  point.value = canary_value(canary);
  return point;
}

TimeSeries canary_series(const Canary& canary, std::string_view service) {
  TimeSeries series;
  series.labels = labels_of(canary);
  series.labels["__name__"] = canary_metric;
  series.labels["job"] = service;
  if (canary.fresh_label) series.labels["instance"] = canary_token(canary.id);
  Sample sample;
  sample.ms = nanoseconds(canary.written) / 1'000'000;
  sample.value = canary_value(canary);
  series.samples.push_back(sample);
  return series;
}

}  // namespace lgtmwatch::wire
