#include <fmt/format.h>

#include <filesystem>

#include "daemon/config/read_client.hpp"
#include "daemon/config/read_settings.hpp"

namespace lgtmwatch {
namespace {

constexpr std::string_view special_characters = "*?[]{}\\";

// As Prometheus has it: a pattern in the last part of the path alone.
void check_pattern(const YamlValue& value, const std::string& pattern) {
  const std::filesystem::path path(pattern);
  const auto extension = path.extension().string();
  if (extension != ".json" && extension != ".yml" && extension != ".yaml")
    value.error(fmt::format("'{}' ends neither in .json nor in .yml or .yaml", pattern),
                "the ending says how the file is written");
  if (path.parent_path().string().find_first_of(special_characters) != std::string::npos)
    value.error(fmt::format("the folder of '{}' is a pattern", pattern), "only the name of the file may be one");
}

FileDiscoverySettings read_files(const YamlValue& value) {
  FileDiscoverySettings files;
  MapReader map(value);
  map.require("files", "list the files, such as stacks.d/*.json");
  if (const auto list = map.get("files")) {
    for (const auto& item : list->items()) {
      auto pattern = item.name();
      if (!pattern) continue;
      check_pattern(item, pattern->value);
      pattern->value = (std::filesystem::path(value.context().folder) / pattern->value).string();
      files.patterns.push_back(std::move(*pattern));
    }
    if (list->node().kind == YamlNode::Kind::list && list->node().items.empty())
      list->error("there is no file to read", "list at least one, such as stacks.d/*.json");
  }
  files.refresh_interval = map.duration("refresh_interval");
  map.finish();
  return files;
}

HttpDiscoverySettings read_http(const YamlValue& value) {
  HttpDiscoverySettings http;
  MapReader map(value);
  map.require("url", "give the address, such as http://HOST:PORT/PATH");
  http.page = map.page("url");
  http.client = read_client(map);
  http.refresh_interval = map.duration("refresh_interval");
  map.finish();
  return http;
}

}  // namespace

DiscoverySettings read_stacks_from(const YamlValue& value) {
  DiscoverySettings discovery;
  MapReader map(value);
  if (const auto list = map.get("file_sd"))
    for (const auto& item : list->maps()) discovery.files.push_back(read_files(item));
  if (const auto list = map.get("http_sd"))
    for (const auto& item : list->maps()) discovery.http.push_back(read_http(item));
  map.finish();
  if (value.is_map() && !map.has("file_sd") && !map.has("http_sd"))
    value.error("it is not said where from", "give 'file_sd', 'http_sd', or both");
  return discovery;
}

}  // namespace lgtmwatch
