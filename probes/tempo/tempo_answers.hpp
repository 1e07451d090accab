// A list in an answer of Tempo. Versions differ in whether an empty list is written or left out.
#pragma once

#include <optional>
#include <string_view>

#include "daemon/base/json.hpp"

namespace lgtmwatch {

// The list; nothing where it was left out beside "metrics" or of an empty object. Anything else is an error,
// so that a stranger's JSON is not taken for an empty Tempo.
inline Result<std::optional<JsonPath>> tempo_list(const JsonPath& root, std::string_view key) {
  const auto list = root.member(key);
  if (list) return std::optional<JsonPath>(*list);
  const auto* object = root.value().if_object();
  if (object && (object->empty() || object->contains("metrics"))) return std::optional<JsonPath>();
  return list.error();
}

}  // namespace lgtmwatch
