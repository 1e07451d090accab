// Reads the YAML tree into Settings. One function per part of the configuration; each reports what is wrong
// in its part and goes on.
#pragma once

#include "daemon/config/map_reader.hpp"
#include "daemon/config/settings.hpp"

namespace lgtmwatch {

Settings read_settings(const YamlValue& root);
StackSettings read_stack(const YamlValue& value);
AlloySettings read_alloy(const YamlValue& value);
ReceiverSettings read_receiver(const YamlValue& value);
SourceSettings read_source(const YamlValue& value);
AlertingSettings read_alerting(const YamlValue& value);
CanarySettings read_canaries(const YamlValue& value);
MaintenanceSettings read_maintenance(const YamlValue& value);
NotifySettings read_notify(const YamlValue& value);
std::vector<Given<Signal>> read_signals(const YamlValue& value);

// url and the client settings, the part that every component has.
void read_component(MapReader& map, ComponentSettings& component);
// One that has nothing else.
ComponentSettings read_plain_component(const YamlValue& value);

}  // namespace lgtmwatch
