#include "probes/lenient_json.hpp"

#include "daemon/base/text.hpp"

namespace lgtmwatch {

namespace json = boost::json;

const json::value* at(const json::value* parent, std::string_view key) {
  const auto* object = parent ? parent->if_object() : nullptr;
  return object ? object->if_contains(key) : nullptr;
}

std::string text_at(const json::value* parent, std::string_view key, std::size_t limit) {
  const auto* value = at(parent, key);
  return value && value->is_string() ? shown_text(std::string_view(value->as_string()), limit) : std::string();
}

std::vector<std::string> texts_at(const json::value* parent, std::string_view key) {
  std::vector<std::string> texts;
  for_each(at(parent, key), [&](const json::value& each) {
    if (each.is_string()) texts.push_back(shown_text(std::string_view(each.as_string()), longest_text));
  });
  return texts;
}

int number_at(const json::value* parent, std::string_view key) {
  const auto* value = at(parent, key);
  return value && value->is_int64() ? static_cast<int>(value->as_int64()) : 0;
}

double real_at(const json::value* parent, std::string_view key) {
  const auto* value = at(parent, key);
  return value && value->is_number() ? value->to_number<double>() : 0;
}

bool flag_at(const json::value* parent, std::string_view key) {
  const auto* value = at(parent, key);
  return value && value->is_bool() && value->as_bool();
}

std::optional<WallTime> time_at(const json::value* parent, std::string_view key) {
  const auto text = text_at(parent, key);
  if (text.empty() || text.starts_with("0001-")) return std::nullopt;
  const auto time = parse_rfc3339(text);
  return time ? std::optional(*time) : std::nullopt;
}

}  // namespace lgtmwatch
