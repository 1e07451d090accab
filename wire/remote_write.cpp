#include "wire/remote_write.hpp"

#include "wire/protobuf.hpp"

namespace lgtmwatch::wire {
namespace {

constexpr std::size_t uncompressed_limit = 32 << 20;

std::string encode(const TimeSeries& series) {
  ProtoWriter out;
  for (const auto& [name, value] : series.labels) {
    ProtoWriter label;
    label.bytes(1, name);
    label.bytes(2, value);
    out.bytes(1, label.text());
  }
  for (const auto& sample : series.samples) {
    ProtoWriter point;
    point.real(1, sample.value);
    point.varint(2, static_cast<std::uint64_t>(sample.ms));
    out.bytes(2, point.text());
  }
  return out.text();
}

bool decode_sample(std::string_view text, std::vector<Sample>& samples) {
  ProtoReader reader(text);
  Sample sample;
  while (const auto field = reader.next()) {
    if (field->number == 1) sample.value = field->real();
    if (field->number == 2) sample.ms = static_cast<std::int64_t>(field->value);
  }
  samples.push_back(sample);
  return !reader.failed();
}

bool decode_series(std::string_view text, std::vector<TimeSeries>& all) {
  ProtoReader reader(text);
  TimeSeries series;
  bool good = true;
  while (const auto field = reader.next()) {
    if (field->number == 1) good = read_label(field->bytes, series.labels) && good;
    if (field->number == 2) good = decode_sample(field->bytes, series.samples) && good;
  }
  all.push_back(std::move(series));
  return good && !reader.failed();
}

}  // namespace

std::string encode_remote_write(const std::vector<TimeSeries>& series) {
  ProtoWriter request;
  for (const auto& one : series) request.bytes(1, encode(one));
  return snappy_compress(request.text());
}

Result<std::vector<TimeSeries>> decode_remote_write(std::string_view body) {
  const auto text = snappy_uncompress(body, uncompressed_limit);
  if (!text) return Error(Phase::content, Reason::parse, "snappy: corrupt input");
  std::vector<TimeSeries> series;
  ProtoReader reader(*text);
  bool good = true;
  while (const auto field = reader.next())
    if (field->number == 1) good = decode_series(field->bytes, series) && good;
  if (!good || reader.failed()) return Error(Phase::content, Reason::parse, "the write request is not valid protobuf");
  return series;
}

}  // namespace lgtmwatch::wire
