// Reads the YAML tree into Settings. One function per part of the configuration; each reports what is wrong
// in its part and goes on.
#pragma once

#include "daemon/config/map_reader.hpp"
#include "daemon/config/settings.hpp"
#include "daemon/config/targets.hpp"

namespace lgtmwatch {

// The stacks that are listed, and those of the targets that were found elsewhere.
Settings read_settings(const YamlValue& root, const FoundTargets& found = {});
// The mapping that stacks inherit from; null where there is none, or it cannot be used.
YamlNodePtr read_defaults(const YamlValue& value, Settings& settings);
DiscoverySettings read_stacks_from(const YamlValue& value);
StackSettings read_stack(const YamlValue& value);
AlloySettings read_alloy(const YamlValue& value);
ReceiverSettings read_receiver(const YamlValue& value);
SourceSettings read_source(const YamlValue& value);
AlertingSettings read_alerting(const YamlValue& value);
CanarySettings read_canaries(const YamlValue& value);
MaintenanceSettings read_maintenance(const YamlValue& value);
NotifySettings read_notify(const YamlValue& value);
std::vector<Given<Signal>> read_signals(const YamlValue& value);

// In `defaults` components have no address.
enum class ComponentPart { whole, without_address };

// All of a stack but its name and its Alloys.
void read_shared_parts(MapReader& map, StackSettings& stack, ComponentPart part);
// url and the client settings, the part that every component has.
void read_component(MapReader& map, ComponentSettings& component, ComponentPart part = ComponentPart::whole);
// One that has nothing else.
ComponentSettings read_plain_component(const YamlValue& value, ComponentPart part = ComponentPart::whole);

}  // namespace lgtmwatch
