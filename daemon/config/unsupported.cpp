#include "daemon/config/unsupported.hpp"

#include <fmt/format.h>

#include "daemon/config/read_client.hpp"
#include "daemon/config/read_settings.hpp"

namespace lgtmwatch {
namespace {

void warn(const YamlValue& value, std::string_view what) {
  value.warning(fmt::format("this version does not support {}; it has no effect", what));
}

template <class Read>
void read_each(MapReader& map, std::string_view key, Read read) {
  const auto list = map.get(key);
  if (!list) return;
  for (const auto& item : list->items()) read(item);
}

void read_names(MapReader& map, std::string_view key) {
  if (const auto list = map.get(key)) list->names();
}

void read_file_discovery(const YamlValue& value) {
  MapReader map(value);
  read_names(map, "files");
  map.duration("refresh_interval");
  map.finish();
}

void read_http_discovery(const YamlValue& value) {
  MapReader map(value);
  ComponentSettings endpoint;
  read_component(map, endpoint);
  map.duration("refresh_interval");
  map.finish();
}

}  // namespace

void read_stacks_from(const YamlValue& value) {
  warn(value, "stacks_from");
  MapReader map(value);
  read_each(map, "file_sd", read_file_discovery);
  read_each(map, "http_sd", read_http_discovery);
  map.finish();
}

}  // namespace lgtmwatch
