#include "daemon/config/read_client.hpp"
#include "daemon/config/read_settings.hpp"

namespace lgtmwatch {

YamlNodePtr read_defaults(const YamlValue& value, Settings& settings) {
  MapReader map(value);
  settings.interval = map.duration("interval");
  settings.timeout = map.duration("timeout");
  StackSettings inherited;
  read_shared_parts(map, inherited, ComponentPart::without_address);
  if (const auto alloy = map.get("alloy")) {
    MapReader each(*alloy);
    read_client(each);
    each.finish();
  }
  map.finish();
  return value.is_map() ? value.shared_node() : nullptr;
}

}  // namespace lgtmwatch
