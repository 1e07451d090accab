#include "wire/loki_push.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "daemon/base/json.hpp"
#include "wire/protobuf.hpp"

namespace lgtmwatch::wire {
namespace {

namespace json = boost::json;

constexpr std::size_t uncompressed_limit = 32 << 20;

Error wrong(std::string what) { return {Phase::content, Reason::parse, std::move(what)}; }

std::string text_of(const json::string& text) { return {text.data(), text.size()}; }

json::object to_json(const Labels& labels) {
  json::object out;
  for (const auto& [name, value] : labels) out[name] = value;
  return out;
}

bool read_labels(const json::value& value, Labels& labels) {
  const auto* object = value.if_object();
  if (!object) return false;
  for (const auto& [name, member] : *object) {
    const auto* text = member.if_string();
    if (!text) return false;
    labels[std::string(name.data(), name.size())] = text_of(*text);
  }
  return true;
}

Result<LogEntry> read_entry(const json::value& value) {
  const auto* parts = value.if_array();
  if (!parts || parts->size() < 2) return wrong("an entry needs a timestamp and a line");
  const auto* time = (*parts)[0].if_string();
  const auto* line = (*parts)[1].if_string();
  if (!time || !line) return wrong("the timestamp and the line of an entry are strings");
  LogEntry entry;
  const auto [end, problem] = std::from_chars(time->data(), time->data() + time->size(), entry.ns);
  if (problem != std::errc() || end != time->data() + time->size()) return wrong("the timestamp is not a number");
  entry.line = text_of(*line);
  if (parts->size() > 2 && !read_labels((*parts)[2], entry.metadata))
    return wrong("structured metadata is an object of strings");
  return entry;
}

Result<LogStream> read_stream(const JsonPath& path) {
  LogStream stream;
  const auto labels = path.member("stream");
  if (!labels) return labels.error();
  if (!read_labels(labels->value(), stream.labels)) return wrong("the labels of a stream are an object of strings");
  const auto values = path.member("values");
  if (!values) return values.error();
  const auto count = values->array_size();
  if (!count) return count.error();
  for (const auto& value : values->value().get_array()) {
    auto entry = read_entry(value);
    if (!entry) return entry.error();
    stream.entries.push_back(std::move(*entry));
  }
  return stream;
}

std::int64_t read_timestamp(std::string_view text) {
  ProtoReader reader(text);
  std::uint64_t ns = 0;
  while (const auto field = reader.next()) {
    if (field->number == 1) ns += field->value * 1'000'000'000ULL;
    if (field->number == 2) ns += field->value;
  }
  return static_cast<std::int64_t>(ns);
}

bool read_entry(std::string_view text, std::vector<LogEntry>& entries) {
  ProtoReader reader(text);
  LogEntry entry;
  while (const auto field = reader.next()) {
    if (field->number == 1) entry.ns = read_timestamp(field->bytes);
    if (field->number == 2) entry.line = field->bytes;
    if (field->number == 3) read_label(field->bytes, entry.metadata);
  }
  entries.push_back(std::move(entry));
  return !reader.failed();
}

bool read_stream(std::string_view text, std::vector<LogStream>& streams) {
  ProtoReader reader(text);
  LogStream stream;
  bool good = true;
  while (const auto field = reader.next()) {
    if (field->number == 2) good = read_entry(field->bytes, stream.entries) && good;
    if (field->number != 1) continue;
    auto labels = parse_labels(field->bytes);
    good = labels.has_value() && good;
    if (labels) stream.labels = std::move(*labels);
  }
  streams.push_back(std::move(stream));
  return good && !reader.failed();
}

}  // namespace

std::string write_loki_push(const std::vector<LogStream>& streams) {
  json::array all;
  for (const auto& stream : streams) {
    json::array values;
    for (const auto& entry : stream.entries) {
      json::array value;
      value.emplace_back(fmt::to_string(entry.ns));
      value.emplace_back(entry.line);
      if (!entry.metadata.empty()) value.emplace_back(to_json(entry.metadata));
      values.emplace_back(std::move(value));
    }
    json::object one;
    one["stream"] = to_json(stream.labels);
    one["values"] = std::move(values);
    all.emplace_back(std::move(one));
  }
  json::object root;
  root["streams"] = std::move(all);
  return json::serialize(root);
}

Result<std::vector<LogStream>> read_loki_push_json(std::string_view body) {
  const auto root = parse_json(body);
  if (!root) return root.error();
  std::vector<LogStream> streams;
  const JsonPath path(*root);
  if (!root->is_object()) return wrong("a push is an object");
  if (!path.find("streams")) return streams;
  const auto member = path.member("streams");
  const auto count = member->array_size();
  if (!count) return count.error();
  for (std::size_t i = 0; i < *count; ++i) {
    auto stream = read_stream(*member->element(i));
    if (!stream) return stream.error();
    streams.push_back(std::move(*stream));
  }
  return streams;
}

Result<std::vector<LogStream>> read_loki_push_protobuf(std::string_view body) {
  const auto text = snappy_uncompress(body, uncompressed_limit);
  if (!text) return wrong("snappy: corrupt input");
  std::vector<LogStream> streams;
  ProtoReader reader(*text);
  bool good = true;
  while (const auto field = reader.next())
    if (field->number == 1) good = read_stream(field->bytes, streams) && good;
  if (!good || reader.failed()) return wrong("the push is not valid protobuf, or its labels cannot be parsed");
  return streams;
}

}  // namespace lgtmwatch::wire
