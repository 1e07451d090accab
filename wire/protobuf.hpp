// Protobuf by hand: fields in, fields out. Enough for messages whose numbers we know; no schema, no code generator.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace lgtmwatch::wire {

struct ProtoField {
  enum class Kind { varint, fixed64, bytes, fixed32 };

  std::uint32_t number = 0;
  Kind kind = Kind::varint;
  std::uint64_t value = 0;  // of the three kinds of numbers
  std::string_view bytes;   // refers to the text that is read

  double real() const;  // a fixed64 as a double
};

class ProtoReader {
 public:
  explicit ProtoReader(std::string_view text) : rest_(text) {}
  // The next field; nothing at the end or where the text is not protobuf.
  std::optional<ProtoField> next();
  bool failed() const { return failed_; }

 private:
  std::optional<std::uint64_t> varint();
  std::optional<std::string_view> take(std::uint64_t size);
  std::optional<std::uint64_t> fixed(std::size_t size);
  bool read(ProtoField& field, std::uint64_t wire_type);

  std::string_view rest_;
  bool failed_ = false;
};

class ProtoWriter {
 public:
  void varint(std::uint32_t number, std::uint64_t value);
  void fixed64(std::uint32_t number, std::uint64_t value);
  void real(std::uint32_t number, double value);
  void bytes(std::uint32_t number, std::string_view value);
  const std::string& text() const { return text_; }

 private:
  void raw(std::uint64_t value);

  std::string text_;
};

// A message of a name (1) and a value (2), as labels are written; false where it is broken.
bool read_label(std::string_view message, std::map<std::string, std::string>& labels);

// Snappy's block format, as remote write and Loki's push use it. Nothing where the input is corrupt or would grow
// beyond the limit.
std::string snappy_compress(std::string_view text);
std::optional<std::string> snappy_uncompress(std::string_view text, std::size_t limit);

}  // namespace lgtmwatch::wire
