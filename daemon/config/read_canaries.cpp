#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/config/read_client.hpp"
#include "daemon/config/read_settings.hpp"

namespace lgtmwatch {
namespace {

void read_times(MapReader& map, CanaryTimes& times) {
  times.interval = map.duration("interval");
  times.deadline = map.duration("deadline");
  times.lost_after = map.duration("lost_after");
}

bool is_label_name(std::string_view name) {
  const auto is_letter = [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || is_digit(c); });
}

bool is_set_by_lgtmwatch(std::string_view name) {
  constexpr std::array names{"job", "instance", "service_name", "service_instance_id"};
  return name.starts_with("__") || name.starts_with("lgtmwatch_") ||
         std::find(names.begin(), names.end(), name) != names.end();
}

std::map<std::string, std::string> read_labels(const YamlValue& value) {
  constexpr std::size_t most_labels = 8;
  std::map<std::string, std::string> labels;
  MapReader map(value);
  for (const auto& [name, given] : map.entries()) {
    const auto text = given.text();
    if (!is_label_name(name)) {
      given.error(fmt::format("'{}' is not the name of a label", name), "letters, digits and _, no digit in front");
    } else if (is_set_by_lgtmwatch(name)) {
      given.error(fmt::format("the label '{}' is one that lgtmwatch sets itself", name), "choose another name");
    } else if (text) {
      labels.emplace(name, text->value);
    }
  }
  if (labels.size() > most_labels)
    value.error(fmt::format("{} labels are too many for canaries", labels.size()),
                fmt::format("write at most {}; Loki takes 15 with those that are there anyway", most_labels));
  return labels;
}

CanaryRouteSettings read_route(const YamlValue& value, const std::string& name) {
  CanaryRouteSettings route;
  route.name = {name, value.place()};
  MapReader map(value);
  route.enabled = map.boolean("enabled");
  if (const auto signals = map.get("signals")) route.signals = read_signals(*signals);
  read_times(map, route);
  route.path = map.name("path");
  if (const auto labels = map.get("labels")) route.labels = read_labels(*labels);
  route.container = map.name("container");
  map.finish();
  return route;
}

std::vector<Given<Duration>> read_ages(const YamlValue& value) {
  std::vector<Given<Duration>> ages;
  for (const auto& item : value.items()) {
    const auto age = item.duration();
    if (age) ages.push_back(*age);
  }
  return ages;
}

}  // namespace

CanarySettings read_canaries(const YamlValue& value) {
  CanarySettings canaries;
  canaries.place = value.place();
  MapReader map(value);
  canaries.enabled = map.boolean("enabled");
  read_times(map, canaries);
  canaries.tenant = read_tenant(map);
  canaries.fresh_label = map.duration("fresh_label");
  canaries.large = map.duration("large");
  canaries.unordered = map.duration("unordered");
  if (const auto reread = map.get("reread")) canaries.reread = read_ages(*reread);
  if (const auto routes = map.get("routes")) {
    MapReader names(*routes);
    for (const auto& [name, route] : names.entries()) canaries.routes.push_back(read_route(route, name));
  }
  map.finish();
  return canaries;
}

}  // namespace lgtmwatch
