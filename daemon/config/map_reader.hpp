// Typed reading of one mapping of the YAML tree.
//
//   MapReader map(value);
//   settings.name = map.name("name");
//   settings.max_age = map.duration("max_age");
//   map.finish();  // reports every key that was not asked for
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/config/yaml_reader.hpp"

namespace lgtmwatch {

class MapReader {
 public:
  explicit MapReader(const YamlValue& value);

  const YamlValue& value() const { return value_; }
  bool has(std::string_view key) const;
  std::optional<YamlValue> get(std::string_view key);
  void require(std::string_view key, const std::string& hint);  // reports the key where it is missing
  void require_either(std::string_view key, std::string_view other, const std::string& hint);
  void require_secret(std::string_view key, const std::string& hint);  // KEY or KEY_file
  // All keys and their values, where the user chooses the keys.
  std::vector<std::pair<std::string, YamlValue>> entries();
  void finish();

  Setting<std::string> text(std::string_view key) { return read(key, &YamlValue::text); }
  Setting<std::string> name(std::string_view key) { return read(key, &YamlValue::name); }
  Setting<ReadFile> file(std::string_view key) { return read(key, &YamlValue::file); }
  Setting<std::string> secret(std::string_view key);  // KEY or KEY_file
  Setting<Duration> duration(std::string_view key) { return read(key, &YamlValue::duration); }
  Setting<WallTime> time(std::string_view key) { return read(key, &YamlValue::time); }
  Setting<bool> boolean(std::string_view key) { return read(key, &YamlValue::boolean); }
  Setting<Url> url(std::string_view key) { return read(key, &YamlValue::url); }
  Setting<Page> page(std::string_view key) { return read(key, &YamlValue::page); }
  Setting<Url> proxy_url(std::string_view key) { return read(key, &YamlValue::proxy_url); }
  Setting<Url> grpc_endpoint(std::string_view key, bool with_tls);
  Setting<Url> docker_socket(std::string_view key, bool with_tls);

 private:
  YamlValue recorded(std::string_view key);

  template <class T>
  Setting<T> read(std::string_view key, Setting<T> (YamlValue::*as)() const) {
    const auto found = get(key);
    return found ? ((*found).*as)() : std::nullopt;
  }

  YamlValue value_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace lgtmwatch
