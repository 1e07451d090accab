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

// An endpoint whose address is a secret, as that of a webhook is.
void read_secret_address(MapReader& map) {
  map.require_secret("url", "give 'url' or 'url_file'");
  map.secret("url");
  read_client(map);
}

void read_webhook(const YamlValue& value) {
  MapReader map(value);
  read_secret_address(map);
  for (const auto* key : {"format", "min_severity"}) map.name(key);
  map.boolean("send_resolved");
  map.duration("repeat_interval");
  map.finish();
}

void read_heartbeat(const YamlValue& value) {
  MapReader map(value);
  read_secret_address(map);
  map.duration("interval");
  map.finish();
}

void read_endpoint(const YamlValue& value) {
  MapReader map(value);
  ComponentSettings endpoint;
  read_component(map, endpoint);
  map.finish();
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

void read_notify(const YamlValue& value) {
  warn(value, "notify");
  MapReader map(value);
  read_each(map, "alertmanagers", read_endpoint);
  read_each(map, "webhooks", read_webhook);
  if (const auto heartbeat = map.get("heartbeat")) read_heartbeat(*heartbeat);
  map.finish();
}

}  // namespace lgtmwatch
