#include "probes/docker/masked.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "daemon/base/lower_case.hpp"

namespace lgtmwatch {
namespace {

constexpr std::string_view mask = "***";
constexpr auto npos = std::string::npos;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.'; }
bool is_quote(char c) { return c == '"' || c == '\'' || c == '`' || c == '\\'; }
bool ends_value(char c) {
  return is_quote(c) || std::isspace(static_cast<unsigned char>(c)) || c == ',' || c == '&' || c == ';';
}

// Replaces [begin, end) and says where the text goes on.
std::size_t hide(std::string& line, std::size_t begin, std::size_t end) {
  if (begin == end) return end;
  line.replace(begin, end - begin, mask);
  return begin + mask.size();
}

std::size_t end_of(const std::string& line, std::size_t begin, bool (*ends)(char)) {
  while (begin < line.size() && !ends(line[begin])) ++begin;
  return begin;
}

bool ends_url(char c) { return is_quote(c) || std::isspace(static_cast<unsigned char>(c)) || c == ',' || c == '<'; }

// "redis://user:pass@host"
void hide_users(std::string& line) {
  for (auto at = line.find("://"); at != npos; at = line.find("://", at + 1)) {
    const auto begin = at + 3;
    const auto sign = line.substr(begin, end_of(line, begin, ends_url) - begin).rfind('@');
    if (sign != npos) hide(line, begin, begin + sign);
  }
}

// "Bearer abc…", "Basic abc…"
void hide_credentials(std::string& line) {
  for (const std::string_view scheme : {"bearer ", "basic "}) {
    auto small = lower_case(line);
    for (auto at = small.find(scheme); at != npos; at = small.find(scheme, at + 1)) {
      const auto begin = at + scheme.size();
      const auto end = end_of(line, begin, ends_value);
      if (end - begin < 6) continue;
      hide(line, begin, end);
      small = lower_case(line);
    }
  }
}

// The begin of the value behind a name that ends at `at`: after : or =, and quotes; npos where there is none.
std::size_t value_behind(const std::string& line, std::size_t at) {
  while (at < line.size() && is_word(line[at])) ++at;
  while (at < line.size() && is_quote(line[at])) ++at;
  while (at < line.size() && line[at] == ' ') ++at;
  if (at >= line.size() || (line[at] != ':' && line[at] != '=')) return npos;
  while (at < line.size() && (line[at] == ':' || line[at] == '=' || line[at] == '>' || line[at] == ' ')) ++at;
  while (at < line.size() && (is_quote(line[at]) || line[at] == '[')) ++at;
  return at < line.size() ? at : npos;
}

// Of Authorization all of it: "Authorization: Digest username=…, response=…".
void hide_values(std::string& line) {
  constexpr std::array<std::string_view, 15> names{
      "authorization", "password", "passwd",     "passphrase", "secret",    "token",     "api_key",    "api-key",
      "apikey",        "cookie",   "access_key", "access-key", "accesskey", "signature", "private_key"};
  for (const auto name : names) {
    auto small = lower_case(line);
    for (auto at = small.find(name); at != npos; at = small.find(name, at + 1)) {
      const auto begin = value_behind(line, at + name.size());
      if (begin == npos) continue;
      const bool is_whole = name == "authorization" || name == "cookie";
      const auto end = end_of(line, begin, is_whole ? is_quote : ends_value);
      hide(line, begin, end);
      small = lower_case(line);
    }
  }
}

// "eyJhbGciOi…", three parts of base64
void hide_tokens(std::string& line) {
  for (auto at = line.find("eyJ"); at != npos; at = line.find("eyJ", at + 1)) {
    const auto end = end_of(line, at, [](char c) { return !is_word(c); });
    if (end - at >= 20) hide(line, at, end);
  }
}

}  // namespace

std::string without_secrets(std::string_view text) {
  std::string line(text);
  hide_users(line);
  hide_tokens(line);
  hide_values(line);
  hide_credentials(line);
  return line;
}

}  // namespace lgtmwatch
