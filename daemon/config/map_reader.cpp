#include "daemon/config/map_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace lgtmwatch {
namespace {

// The key itself as a value, to point at it.
YamlValue key_of(const YamlValue& map, const YamlNodePtr& key) {
  const auto separator = map.place().path.empty() ? "" : ".";
  return map.child(key, *key, key->kind == YamlNode::Kind::scalar ? separator + key->text : "");
}

// Reports keys that are no text or stand twice.
void check_keys(const YamlValue& map) {
  std::map<std::string_view, int> first_lines;
  for (const auto& [key, value] : map.node().pairs) {
    if (key->kind != YamlNode::Kind::scalar) {
      key_of(map, key).error("a key must be a single word");
      continue;
    }
    const auto [first, is_new] = first_lines.emplace(key->text, key->line);
    if (is_new) continue;
    key_of(map, key).error(fmt::format("the key '{}' stands twice; first in line {}", key->text, first->second),
                           "remove one of the two");
  }
}

}  // namespace

MapReader::MapReader(const YamlValue& value) : value_(value) {
  if (value.is_map()) {
    check_keys(value);
  } else {
    value.wrong_type("a mapping");
  }
}

bool MapReader::has(std::string_view key) const {
  if (value_.schema_) return value_.deciding_.substr(0, value_.deciding_.find(':')) == key;
  const auto& pairs = value_.node().pairs;
  return std::any_of(pairs.begin(), pairs.end(), [&](const YamlPair& pair) { return pair.key->text == key; });
}

std::optional<YamlValue> MapReader::get(std::string_view key) {
  asked_.emplace(key);
  if (value_.schema_) return recorded(key);
  for (const auto& pair : value_.node().pairs) {
    if (pair.key->text != key) continue;
    return value_.child(pair.value, *pair.key, fmt::format("{}{}", value_.place().path.empty() ? "" : ".", key));
  }
  return std::nullopt;
}

// A key that decides must be there, and hold its word.
YamlValue MapReader::recorded(std::string_view key) {
  auto& schema = value_.schema_->keys[std::string(key)];
  if (!schema) schema = std::make_shared<Schema>();
  auto value = YamlValue::recording(schema, value_.context());
  if (!has(key)) return value;
  value_.schema_->required.emplace(key);
  const auto word = value_.deciding_.find(": ");
  if (word != std::string::npos) value.deciding_ = value_.deciding_.substr(word + 2);
  return value;
}

void MapReader::require_either(std::string_view key, std::string_view other, const std::string& hint) {
  if (value_.schema_) {
    value_.schema_->one_required.push_back({std::string(key), std::string(other)});
  } else if (!has(other)) {
    require(key, hint);
  }
}

void MapReader::require_secret(std::string_view key, const std::string& hint) {
  require_either(key, fmt::format("{}_file", key), hint);
}

std::vector<std::pair<std::string, YamlValue>> MapReader::entries() {
  std::vector<std::pair<std::string, YamlValue>> entries;
  if (value_.schema_) {
    value_.schema_->other_keys = std::make_shared<Schema>();
    entries.emplace_back("", YamlValue::recording(value_.schema_->other_keys, value_.context()));
  }
  for (const auto& [key, value] : value_.node().pairs) {
    if (key->kind == YamlNode::Kind::scalar) entries.emplace_back(key->text, *get(key->text));
  }
  return entries;
}

void MapReader::require(std::string_view key, const std::string& hint) {
  if (value_.schema_) value_.schema_->required.emplace(key);
  if (value_.is_map() && !has(key)) value_.error(fmt::format("the key '{}' is missing", key), hint);
}

void MapReader::finish() {
  const std::vector<std::string_view> known(asked_.begin(), asked_.end());
  for (const auto& [key, value] : value_.node().pairs) {
    if (key->kind != YamlNode::Kind::scalar || asked_.contains(key->text)) continue;
    key_of(value_, key).error(fmt::format("unknown key '{}'", key->text), suggest(key->text, known));
  }
}

Setting<std::string> MapReader::secret(std::string_view key) {
  const auto written = get(key);
  const auto file = get(fmt::format("{}_file", key));
  if (value_.schema_) {
    written->secret();
    return file->secret_from_file();
  }
  if (written && file) {
    file->error(fmt::format("'{}' and '{}_file' are both given", key, key), "keep one of the two");
    return std::nullopt;
  }
  if (written) return written->secret();
  return file ? file->secret_from_file() : std::nullopt;
}

Setting<Url> MapReader::grpc_endpoint(std::string_view key, bool with_tls) {
  const auto found = get(key);
  return found ? found->grpc_endpoint(with_tls) : std::nullopt;
}

Setting<Url> MapReader::docker_socket(std::string_view key, bool with_tls) {
  const auto found = get(key);
  return found ? found->docker_socket(with_tls) : std::nullopt;
}

}  // namespace lgtmwatch
