#include "daemon/config/read_settings.hpp"

namespace lgtmwatch {
namespace {

constexpr std::array rulers{Choice<Component>{"mimir", Component::mimir}};

}  // namespace

AlertingSettings read_alerting(const YamlValue& value) {
  AlertingSettings alerting;
  alerting.place = value.place();
  MapReader map(value);
  if (const auto ruler = map.get("ruler")) alerting.ruler = ruler->choice(rulers);
  if (const auto groups = map.get("rule_groups")) alerting.rule_groups = groups->names();
  if (const auto alertmanager = map.get("alertmanager")) alerting.alertmanager = read_plain_component(*alertmanager);
  alerting.watchdog = map.name("watchdog");
  map.finish();
  return alerting;
}

}  // namespace lgtmwatch
