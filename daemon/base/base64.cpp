#include "daemon/base/base64.hpp"

#include <cstdint>

namespace lgtmwatch {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto group = bytes.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = bits << 8 | (j < group.size() ? static_cast<unsigned char>(group[j]) : 0);
    for (std::size_t j = 0; j < 4; ++j) text += j <= group.size() ? alphabet[bits >> (18 - 6 * j) & 63] : '=';
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const auto padding = static_cast<std::size_t>(text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0);
  const auto digits = text.substr(0, text.size() - padding);
  if (digits.find_first_not_of(alphabet) != std::string_view::npos) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 4) {
    const auto group = digits.substr(i, 4);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 4; ++j)
      bits = bits << 6 | (j < group.size() ? static_cast<std::uint32_t>(alphabet.find(group[j])) : 0);
    for (std::size_t j = 0; j + 1 < group.size(); ++j) bytes += static_cast<char>(bits >> (16 - 8 * j) & 0xff);
  }
  return bytes;
}

}  // namespace lgtmwatch
