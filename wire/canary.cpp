#include "wire/canary.hpp"

#include <fmt/format.h>

#include <boost/crc.hpp>
#include <boost/uuid/name_generator_sha1.hpp>

namespace lgtmwatch::wire {
namespace {

constexpr unsigned checksum_bits = 20;
constexpr std::string_view scope = "lgtmwatch";

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

Attributes resource_of(std::string_view service) { return {{"service.name", AttributeValue(std::string(service))}}; }

Attributes attributes_of(const Canary& canary) {
  return {{std::string(canary_stack_label), AttributeValue(canary.stack)},
          {std::string(canary_route_label), AttributeValue(canary.id.route)}};
}

}  // namespace

std::string canary_token(const CanaryId& id) { return fmt::format("{}-{}-{}", id.run, id.route, id.sequence); }

std::string canary_line(const Canary& canary) {
  auto line = fmt::format("canary={} written_ns={}", canary_token(canary.id), nanoseconds(canary.written));
  if (canary.padding > 0) line += " padding=" + std::string(canary.padding, 'x');
  return line + fmt::format(" sum={:08x}", checksum(line));
}

std::string canary_trace_id(const CanaryId& id) { return hex_of("trace " + canary_token(id), 32); }

std::string canary_span_id(const CanaryId& id) { return hex_of("span " + canary_token(id), 16); }

double canary_value(const Canary& canary) {
  const auto sum = checksum(fmt::format("{} {}", canary_token(canary.id), nanoseconds(canary.written)));
  return static_cast<double>((canary.id.sequence << checksum_bits) | (sum >> (32 - checksum_bits)));
}

std::uint64_t sequence_of_value(double value) { return static_cast<std::uint64_t>(value) >> checksum_bits; }

LogRecord canary_log(const Canary& canary, std::string_view service) {
  LogRecord record;
  record.resource = resource_of(service);
  record.time_ns = nanoseconds(canary.written);
  record.observed_ns = record.time_ns;
  record.severity_number = 9;
  record.severity_text = "INFO";
  record.body = canary_line(canary);
  record.attributes = attributes_of(canary);
  return record;
}

LogStream canary_stream(const Canary& canary, std::string_view service) {
  LogStream stream;
  stream.labels["service_name"] = service;
  stream.labels[std::string(canary_stack_label)] = canary.stack;
  stream.labels[std::string(canary_route_label)] = canary.id.route;
  LogEntry entry;
  entry.ns = nanoseconds(canary.written);
  entry.line = canary_line(canary);
  stream.entries.push_back(std::move(entry));
  return stream;
}

Span canary_span(const Canary& canary, std::string_view service) {
  Span span;
  span.resource = resource_of(service);
  span.scope = scope;
  span.trace_id = canary_trace_id(canary.id);
  span.span_id = canary_span_id(canary.id);
  span.name = "canary";
  span.start_ns = nanoseconds(canary.written);
  span.end_ns = span.start_ns + 1'000'000;
  span.attributes = attributes_of(canary);
  span.attributes.emplace_back(canary_attribute, AttributeValue(canary_line(canary)));
  return span;
}

Point canary_point(const Canary& canary, std::string_view service) {
  Point point;
  point.resource = resource_of(service);
  point.name = canary_metric;
  point.attributes = attributes_of(canary);
  point.time_ns = nanoseconds(canary.written);
  point.value = canary_value(canary);
  return point;
}

TimeSeries canary_series(const Canary& canary, std::string_view service) {
  TimeSeries series;
  series.labels["__name__"] = canary_metric;
  series.labels["job"] = service;
  series.labels[std::string(canary_stack_label)] = canary.stack;
  series.labels[std::string(canary_route_label)] = canary.id.route;
  Sample sample;
  sample.ms = nanoseconds(canary.written) / 1'000'000;
  sample.value = canary_value(canary);
  series.samples.push_back(sample);
  return series;
}

}  // namespace lgtmwatch::wire
