#include "daemon/base/json_fields.hpp"

namespace lgtmwatch {

std::optional<JsonPath> JsonFields::member(const JsonPath& object, std::string_view key) {
  return good(object.member(key));
}

std::string JsonFields::text(const JsonPath& object, std::string_view key) {
  const auto at = member(object, key);
  const auto found = at ? good(at->string()) : std::nullopt;
  return found.value_or("");
}

double JsonFields::number(const JsonPath& object, std::string_view key) {
  const auto at = member(object, key);
  const auto found = at ? good(at->number()) : std::nullopt;
  return found.value_or(0);
}

WallTime JsonFields::time(const JsonPath& object, std::string_view key) {
  return good(parse_rfc3339(text(object, key))).value_or(WallTime());
}

std::vector<JsonPath> JsonFields::elements(const JsonPath& object, std::string_view key) {
  std::vector<JsonPath> found;
  const auto at = member(object, key);
  const auto size = at ? good(at->array_size()) : std::nullopt;
  for (std::size_t i = 0; i < size.value_or(0); ++i) found.push_back(*at->element(i));
  return found;
}

std::vector<std::string> JsonFields::texts(const JsonPath& object, std::string_view key) {
  std::vector<std::string> found;
  for (const auto& each : elements(object, key)) found.push_back(good(each.string()).value_or(""));
  return found;
}

void JsonFields::fail(Error failure) {
  if (!error) error = std::move(failure);
}

}  // namespace lgtmwatch
