#include "probes/grafana/seldom_data.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <string>
#include <string_view>

namespace lgtmwatch {
namespace {

constexpr int deepest = 16;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Outside of selectors and texts, where = and != only choose series: a bound, a filter of lines.
bool compares(std::string_view text) {
  bool in_text = false;
  int braces = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && in_text) ++i;
    if (c == '"' || c == '`') in_text = !in_text;
    if (in_text || c == '\\') continue;
    braces += c == '{' ? 1 : c == '}' ? -1 : 0;
    const auto two = text.substr(i, 2);
    const bool filter = two == "|=" || two == "|~" || two == "!=" || two == "!~" || two == "==";
    if (c == '<' || c == '>' || (filter && braces == 0)) return true;
  }
  return text.find("absent(") != std::string_view::npos || text.find("absent_over_time(") != std::string_view::npos;
}

bool has_trouble(const boost::json::value& value, int depth) {
  if (depth > deepest) return false;
  if (value.is_string()) return speaks_of_trouble({value.as_string().data(), value.as_string().size()});
  const auto within = [&](const boost::json::value& each) { return has_trouble(each, depth + 1); };
  if (value.is_array()) return std::any_of(value.as_array().begin(), value.as_array().end(), within);
  if (!value.is_object()) return false;
  return std::any_of(value.as_object().begin(), value.as_object().end(),
                     [&](const auto& member) { return within(member.value()); });
}

}  // namespace

bool speaks_of_trouble(std::string_view text) {
  constexpr std::array<std::string_view, 22> words{
      "err", "fail", "exception", "fatal",  "warn",   "critical", "panic", "alert",   "5..", "5xx",  "4..",
      "4xx", "[45]", "down",      "reject", "denied", "timeout",  "retry", "retries", "oom", "drop", "unhealthy"};
  std::string plain(text);
  std::transform(plain.begin(), plain.end(), plain.begin(), lower);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return plain.find(word) != std::string::npos; });
}

bool may_be_rightly_empty(const boost::json::object& query) {
  for (const auto* key : {"expr", "query", "rawSql", "filters"}) {
    const auto* asked = query.if_contains(key);
    if (asked && has_trouble(*asked, 0)) return true;
    if (asked && asked->is_string() && compares({asked->as_string().data(), asked->as_string().size()})) return true;
  }
  return false;
}

}  // namespace lgtmwatch
