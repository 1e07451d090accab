#include "daemon/config/clean_text.hpp"

#include <algorithm>
#include <cstdint>

namespace lgtmwatch {
namespace {

// Length of the character that this byte begins; 0 where none does.
std::size_t character_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  if (first >= 0xf0 && first < 0xf5) return 4;
  return 0;
}

bool is_character(std::string_view bytes) {
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  std::uint32_t point = static_cast<unsigned char>(bytes[0]) & (0xff >> (bytes.size() + 1));
  if (bytes.size() == 1) return true;
  for (const unsigned char byte : bytes.substr(1)) {
    if (!continues_character(static_cast<char>(byte))) return false;
    point = (point << 6) | (byte & 0x3f);
  }
  const bool is_surrogate = point >= 0xd800 && point < 0xe000;
  return point >= least[bytes.size()] && point <= 0x10ffff && !is_surrogate;
}

}  // namespace

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::size_t utf8_prefix(std::string_view text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const auto length = character_length(static_cast<unsigned char>(text[done]));
    if (length == 0 || length > text.size() - done || !is_character(text.substr(done, length))) return done;
    done += length;
  }
  return done;
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

bool is_utf8(std::string_view text) { return utf8_prefix(text) == text.size(); }

}  // namespace lgtmwatch
