#include "daemon/init/yaml_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/base/lower_case.hpp"
#include "daemon/base/text.hpp"

namespace lgtmwatch {
namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view inner = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:-";
constexpr std::array<std::string_view, 8> words{"true", "false", "null", "yes", "no", "on", "off", "y"};

bool is_plain(std::string_view text) {
  if (text.empty() || (letters.find(text.front()) == std::string_view::npos && text.front() != '/')) return false;
  if (text.back() == ':' || text.find_first_not_of(inner) != std::string_view::npos) return false;
  return std::find(words.begin(), words.end(), lower_case(text)) == words.end();
}

}  // namespace

std::string yaml_text(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string quoted = "\"";
  for (const char c : shown_text(text)) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (c == '$') quoted += '$';
    quoted += c == '\n' || c == '\t' ? ' ' : c;
  }
  return quoted + "\"";
}

std::string comment_text(std::string_view text) {
  constexpr std::size_t longest = 600;
  auto line = shown_text(text, longest);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return line;
}

}  // namespace lgtmwatch
