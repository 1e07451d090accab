#include "daemon/base/text.hpp"

#include <algorithm>

namespace lgtmwatch {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool is_continuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

// The length of the well-formed character at the front, or 0. Overlong forms, surrogates and more than U+10FFFF
// are not well-formed (Unicode, table 3-7).
std::size_t character_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if (!is_continuation(static_cast<unsigned char>(text[i]))) return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool outside = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
  return overlong || outside ? 0 : length;
}

}  // namespace

std::string shown_text(std::string_view bytes) { return shown_text(bytes, bytes.size() * replacement.size()); }

std::string shown_text(std::string_view bytes, std::size_t limit) {
  std::string shown;
  while (!bytes.empty()) {
    const auto length = character_length(bytes);
    auto character = length == 0 ? replacement : bytes.substr(0, length);
    const auto byte = static_cast<unsigned char>(bytes[0]);
    if (length == 1 && (byte < 32 || byte == 127) && byte != '\n' && byte != '\t') character = " ";
    if (shown.size() + character.size() > limit) break;
    shown += character;
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return shown;
}

std::string escaped_markup(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      case '\'': safe += "&#39;"; break;
      default: safe += c;
    }
  }
  return safe;
}

}  // namespace lgtmwatch
