#include "daemon/config/read_settings.hpp"

#include "daemon/config/found_stacks.hpp"
#include "daemon/config/inherit.hpp"

namespace lgtmwatch {
namespace {

class StackReader {
 public:
  StackReader(Settings& settings, ReadContext& context) : settings_(settings), context_(context) {}

  // What is wrong in the defaults is told there, and not once more in every stack.
  void take_defaults(const YamlValue& value) {
    const bool had_errors = context_.diagnostics.has_errors();
    defaults_ = read_defaults(value, settings_);
    if (!had_errors && context_.diagnostics.has_errors()) defaults_ = nullptr;
  }

  void read(const YamlValue& stack) {
    const bool inherits = defaults_ && !defaults_->pairs.empty();
    settings_.stacks.push_back(read_stack(
        inherits ? YamlValue(inherit(stack.shared_node(), defaults_), stack.place(), stack.context()) : stack));
  }

  void read_listed(const YamlValue& stacks) {
    for (const auto& stack : stacks.maps()) read(stack);
    if (stacks.node().kind == YamlNode::Kind::list && stacks.node().items.empty() && !settings_.discovery)
      stacks.error("there is no stack to watch", "list at least one");
    settings_.listed = settings_.stacks.size();
  }

  void read_found(const FoundTargets& found) {
    std::set<std::string> listed;
    for (const auto& stack : settings_.stacks)
      if (stack.name) listed.insert(stack.name->value);
    for (const auto& stack : stacks_of(found, listed, context_.diagnostics))
      read(YamlValue(stack.node, {0, 0, stack.where}, context_));
  }

 private:
  Settings& settings_;
  ReadContext& context_;
  YamlNodePtr defaults_;
};

}  // namespace

Settings read_settings(const YamlValue& root, const FoundTargets& found) {
  Settings settings;
  settings.place = root.place();
  if (root.node().kind == YamlNode::Kind::empty) {
    root.error("the configuration is empty", "list what is to be watched under 'stacks'");
    return settings;
  }
  MapReader map(root);
  StackReader stacks(settings, root.context());
  if (const auto defaults = map.get("defaults")) stacks.take_defaults(*defaults);
  if (const auto discovery = map.get("stacks_from")) settings.discovery = read_stacks_from(*discovery);
  map.require_either("stacks", "stacks_from", "list at least one stack to watch under 'stacks'");
  if (const auto listed = map.get("stacks")) stacks.read_listed(*listed);
  stacks.read_found(found);
  if (const auto notify = map.get("notify")) settings.notify = read_notify(*notify);
  if (const auto maintenance = map.get("maintenance")) {
    for (const auto& window : maintenance->maps()) settings.maintenance.push_back(read_maintenance(window));
  }
  map.finish();
  return settings;
}

}  // namespace lgtmwatch
