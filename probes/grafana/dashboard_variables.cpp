#include "probes/grafana/dashboard_variables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "daemon/base/json.hpp"

namespace lgtmwatch {
namespace {

constexpr std::string_view everything = ".*";
constexpr std::size_t most_variables = 100;
constexpr std::size_t most_values = 100;
constexpr std::size_t longest_replaced = 64 << 10;

std::string plain(const boost::json::value& text) { return {text.as_string().data(), text.as_string().size()}; }

std::string text_of(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_string() ? plain(*value) : std::string();
}

std::vector<std::string> texts_of(const boost::json::value& value) {
  std::vector<std::string> texts;
  if (value.is_string() && !value.as_string().empty()) texts.push_back(plain(value));
  if (!value.is_array()) return texts;
  for (const auto& each : value.as_array())
    if (each.is_string() && texts.size() < most_values) texts.push_back(plain(each));
  return texts;
}

std::vector<std::string> saved_values(const boost::json::object& variable) {
  const auto* current = variable.if_contains("current");
  const auto* value = current && current->is_object() ? current->as_object().if_contains("value") : nullptr;
  return value ? texts_of(*value) : std::vector<std::string>();
}

// "1m,10m" and "Short : 1m, Long : 10m": of lists the first value.
std::string first_of_list(std::string_view list) {
  auto first = list.substr(0, list.find(','));
  if (const auto named = first.find(" : "); named != std::string_view::npos) first.remove_prefix(named + 3);
  const auto begin = first.find_first_not_of(' ');
  return begin == std::string_view::npos ? std::string() : std::string(first.substr(begin));
}

std::string default_datasource(const std::string& type, const Datasources& datasources) {
  const Datasource* chosen = nullptr;
  for (const auto& each : datasources)
    if (each.type == type && (!chosen || each.is_default)) chosen = &each;
  return chosen ? chosen->uid : std::string();
}

std::string default_value(const boost::json::object& variable, const Datasources& datasources) {
  const auto type = text_of(variable, "type");
  auto query = text_of(variable, "query");
  if (type == "datasource") return default_datasource(query, datasources);
  if (type == "constant" || type == "textbox") return query;
  if (type == "custom" || type == "interval") return first_of_list(query);
  return {};
}

// refresh 1: whenever the dashboard is opened, 2: whenever its time range changes.
bool is_looked_up(const boost::json::object& variable) {
  const auto* refresh = variable.if_contains("refresh");
  return text_of(variable, "type") == "query" && refresh && (*refresh == 1 || *refresh == 2 || *refresh == true);
}

Variable variable_of(const boost::json::object& object, const Datasources& datasources) {
  Variable made;
  made.values = saved_values(object);
  made.looked_up = is_looked_up(object) && !made.values.empty();
  if (text_of(object, "type") == "interval" && !made.values.empty() && made.values.front().starts_with("$__auto"))
    made.values = {"$__interval"};
  const bool chooses_default =
      text_of(object, "type") == "datasource" && made.values == std::vector{std::string("default")};
  const bool all = std::find(made.values.begin(), made.values.end(), "$__all") != made.values.end();
  if (all) {
    made.looked_up = false;
    auto all_value = text_of(object, "allValue");
    made.values = {all_value.empty() ? std::string(everything) : std::move(all_value)};
  }
  if (!made.values.empty() && !chooses_default) return made;
  made.values = {default_value(object, datasources)};
  if (!made.values.front().empty()) return made;
  made.values = {std::string(everything)};
  made.guessed = text_of(object, "type") != "textbox";
  if (!made.guessed) made.values = {std::string()};
  return made;
}

std::string joined(const Variable& variable, std::string_view format) {
  if (variable.values.size() == 1) return variable.values.front();
  if (format == "csv" || format == "raw") return fmt::format("{}", fmt::join(variable.values, ","));
  const auto alternatives = fmt::format("{}", fmt::join(variable.values, "|"));
  return format == "pipe" ? alternatives : "(" + alternatives + ")";
}

struct Reference {
  std::string_view name;
  std::string_view format;
  std::size_t length = 0;  // of the whole reference; 0: there is none
};

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

Reference enclosed(std::string_view text, std::size_t opening, std::string_view closing) {
  const auto end = text.find(closing, opening);
  if (end == std::string_view::npos) return {};
  const auto inner = text.substr(opening, end - opening);
  const auto colon = inner.find(':');
  const auto format = colon == std::string_view::npos ? std::string_view() : inner.substr(colon + 1);
  return {inner.substr(0, colon), format, end + closing.size()};
}

// The reference with which the text begins.
Reference reference_at(std::string_view text) {
  if (text.starts_with("${")) return enclosed(text, 2, "}");
  if (text.starts_with("[[")) return enclosed(text, 2, "]]");
  std::size_t end = 1;
  while (text.front() == '$' && end < text.size() && is_word(text[end])) ++end;
  return end == 1 ? Reference() : Reference{text.substr(1, end - 1), {}, end};
}

bool only_a_browser_knows(std::string_view name) {
  constexpr std::array<std::string_view, 7> names{"__from",      "__to",       "__user",        "__org",
                                                  "__dashboard", "__timezone", "__searchFilter"};
  const auto whole = name.substr(0, name.find('.'));
  return std::find(names.begin(), names.end(), whole) != names.end();
}

// An equality before the value becomes a match: ="$job" -> =~".*"
void match_everything(std::string& text) {
  if (!text.ends_with("=\"") || text.ends_with("!=\"")) return;
  text.insert(text.size() - 1, "~");
}

}  // namespace

Variables parse_variables(const boost::json::value& templating, const Datasources& datasources) {
  Variables variables;
  const auto* list = JsonPath(templating).find("list");
  if (!list || !list->is_array()) return variables;
  for (const auto& each : list->as_array()) {
    if (!each.is_object() || variables.size() >= most_variables) continue;
    auto name = text_of(each.as_object(), "name");
    if (!name.empty()) variables.emplace(std::move(name), variable_of(each.as_object(), datasources));
  }
  return variables;
}

std::string Replacing::replaced(std::string_view text) {
  std::string made;
  while (!text.empty() && made.size() < longest_replaced) {
    const auto reference = reference_at(text);
    guessed = guessed || only_a_browser_knows(reference.name);
    const auto found = reference.length > 0 ? variables.find(reference.name) : variables.end();
    if (found == variables.end()) {
      made += text.front();
      text.remove_prefix(1);
      continue;
    }
    const bool widens = with_everything && found->second.looked_up;
    if (widens) match_everything(made);
    made += widens ? std::string(everything) : joined(found->second, reference.format);
    widened = widened || widens;
    guessed = guessed || found->second.guessed;
    text.remove_prefix(reference.length);
  }
  return made;
}

}  // namespace lgtmwatch
