#include "daemon/config/read_settings.hpp"

#include "daemon/config/unsupported.hpp"

namespace lgtmwatch {
namespace {

void read_defaults(const YamlValue& value, Settings& settings) {
  MapReader map(value);
  settings.interval = map.duration("interval");
  settings.timeout = map.duration("timeout");
  map.finish();
}

}  // namespace

Settings read_settings(const YamlValue& root) {
  Settings settings;
  settings.place = root.place();
  if (root.node().kind == YamlNode::Kind::empty) {
    root.error("the configuration is empty", "list what is to be watched under 'stacks'");
    return settings;
  }
  MapReader map(root);
  if (const auto defaults = map.get("defaults")) read_defaults(*defaults, settings);
  map.require("stacks", map.has("stacks_from") ? "this version does not support stacks_from; list them under 'stacks'"
                                               : "list at least one stack to watch under 'stacks'");
  if (const auto stacks = map.get("stacks")) {
    for (const auto& stack : stacks->maps()) settings.stacks.push_back(read_stack(stack));
    if (stacks->node().kind == YamlNode::Kind::list && stacks->node().items.empty())
      stacks->error("there is no stack to watch", "list at least one");
  }
  if (const auto found = map.get("stacks_from")) read_stacks_from(*found);
  if (const auto notify = map.get("notify")) settings.notify = read_notify(*notify);
  if (const auto maintenance = map.get("maintenance")) {
    for (const auto& window : maintenance->maps()) settings.maintenance.push_back(read_maintenance(window));
  }
  map.finish();
  return settings;
}

}  // namespace lgtmwatch
