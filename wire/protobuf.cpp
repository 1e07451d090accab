#include "wire/protobuf.hpp"

#include <snappy.h>

#include <bit>

namespace lgtmwatch::wire {

double ProtoField::real() const { return std::bit_cast<double>(value); }

std::optional<std::uint64_t> ProtoReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

std::optional<std::string_view> ProtoReader::take(std::uint64_t size) {
  if (size > rest_.size()) return std::nullopt;
  const auto taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::optional<std::uint64_t> ProtoReader::fixed(std::size_t size) {
  const auto taken = take(size);
  if (!taken) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i)
    value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>((*taken)[i])) << (8 * i);
  return value;
}

bool ProtoReader::read(ProtoField& field, std::uint64_t wire_type) {
  std::optional<std::uint64_t> value;
  if (wire_type == 2) {
    field.kind = ProtoField::Kind::bytes;
    const auto size = varint();
    const auto taken = size ? take(*size) : std::nullopt;
    if (taken) field.bytes = *taken;
    return taken.has_value();
  }
  if (wire_type == 0) value = varint();
  if (wire_type == 1) field.kind = ProtoField::Kind::fixed64, value = fixed(8);
  if (wire_type == 5) field.kind = ProtoField::Kind::fixed32, value = fixed(4);
  field.value = value.value_or(0);
  return value.has_value();
}

std::optional<ProtoField> ProtoReader::next() {
  if (rest_.empty() || failed_) return std::nullopt;
  ProtoField field;
  const auto tag = varint();
  field.number = static_cast<std::uint32_t>(tag.value_or(0) >> 3);
  failed_ = !tag || field.number == 0 || !read(field, *tag & 7);
  if (failed_) return std::nullopt;
  return field;
}

void ProtoWriter::raw(std::uint64_t value) {
  while (value >= 0x80) {
    text_ += static_cast<char>((value & 0x7f) | 0x80);
    value >>= 7;
  }
  text_ += static_cast<char>(value);
}

void ProtoWriter::varint(std::uint32_t number, std::uint64_t value) {
  raw(static_cast<std::uint64_t>(number) << 3);
  raw(value);
}

void ProtoWriter::fixed64(std::uint32_t number, std::uint64_t value) {
  raw(static_cast<std::uint64_t>(number) << 3 | 1);
  for (unsigned i = 0; i < 8; ++i) text_ += static_cast<char>((value >> (8 * i)) & 0xff);
}

void ProtoWriter::real(std::uint32_t number, double value) { fixed64(number, std::bit_cast<std::uint64_t>(value)); }

void ProtoWriter::bytes(std::uint32_t number, std::string_view value) {
  raw(static_cast<std::uint64_t>(number) << 3 | 2);
  raw(value.size());
  text_ += value;
}

bool read_label(std::string_view message, std::map<std::string, std::string>& labels) {
  ProtoReader reader(message);
  std::string name;
  std::string value;
  while (const auto field = reader.next()) {
    if (field->number == 1) name = field->bytes;
    if (field->number == 2) value = field->bytes;
  }
  labels[name] = value;
  return !reader.failed();
}

std::string snappy_compress(std::string_view text) {
  std::string out;
  snappy::Compress(text.data(), text.size(), &out);
  return out;
}

std::optional<std::string> snappy_uncompress(std::string_view text, std::size_t limit) {
  std::size_t size = 0;
  if (!snappy::GetUncompressedLength(text.data(), text.size(), &size) || size > limit) return std::nullopt;
  std::string out;
  if (!snappy::Uncompress(text.data(), text.size(), &out)) return std::nullopt;
  return out;
}

}  // namespace lgtmwatch::wire
