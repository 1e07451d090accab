#include <fmt/format.h>

#include "daemon/config/read_client.hpp"
#include "daemon/config/read_settings.hpp"

namespace lgtmwatch {
namespace {

void read_times(MapReader& map, CanaryTimes& times) {
  times.interval = map.duration("interval");
  times.deadline = map.duration("deadline");
  times.lost_after = map.duration("lost_after");
}

CanaryRouteSettings read_route(const YamlValue& value, const std::string& name) {
  CanaryRouteSettings route;
  route.name = {name, value.place()};
  MapReader map(value);
  route.enabled = map.boolean("enabled");
  if (const auto signals = map.get("signals")) route.signals = read_signals(*signals);
  read_times(map, route);
  route.path = map.name("path");
  map.finish();
  return route;
}

void warn_of_unsupported(const YamlValue& value, std::string_view key) {
  value.warning(fmt::format("this version does not support {}; it has no effect", key));
}

}  // namespace

CanarySettings read_canaries(const YamlValue& value) {
  CanarySettings canaries;
  canaries.place = value.place();
  MapReader map(value);
  canaries.enabled = map.boolean("enabled");
  read_times(map, canaries);
  canaries.tenant = read_tenant(map);
  for (const auto* key : {"fresh_label", "large"}) {
    if (!map.duration(key)) continue;
    warn_of_unsupported(*map.get(key), key);
  }
  if (const auto reread = map.get("reread")) {
    for (const auto& item : reread->items()) item.duration();
    warn_of_unsupported(*reread, "reread");
  }
  if (const auto routes = map.get("routes")) {
    MapReader names(*routes);
    for (const auto& [name, route] : names.entries()) canaries.routes.push_back(read_route(route, name));
  }
  map.finish();
  return canaries;
}

}  // namespace lgtmwatch
