// Settings: what was written in the configuration, nothing filled in and not yet checked against each other.
//
// Made by read_settings, checked by check_settings, turned into the Plan by finalize.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/base/time.hpp"
#include "daemon/config/canary_settings.hpp"
#include "daemon/config/component_settings.hpp"
#include "daemon/config/diagnostics.hpp"
#include "daemon/config/discovery_settings.hpp"
#include "daemon/config/maintenance_settings.hpp"
#include "daemon/config/notify_settings.hpp"
#include "daemon/model/words.hpp"

namespace lgtmwatch {

struct MimirSettings : ComponentSettings {
  Setting<MimirKind> kind;
};

struct TempoSettings : ComponentSettings {
  Setting<Url> otlp_grpc;
  Setting<Url> otlp_http;
};

struct GrafanaSettings : ComponentSettings {
  std::map<Component, std::string> datasources;
  std::vector<Given<std::string>> dashboards;
  Setting<Duration> dashboard_interval;
};

struct ReceiverSettings {
  Place place;
  Setting<std::string> name;
  std::optional<ReceiverKind> kind;  // absent where it could not be told
  Setting<Url> address;
  Setting<std::string> component;
  Setting<std::string> file;
  std::vector<Given<Signal>> signals;  // empty where none were written
  ClientSettings client;
};

struct AlloySettings : ComponentSettings {
  Setting<std::string> name;
  std::vector<ReceiverSettings> receivers;
};

// One way of one signal of a source.
struct WaySettings {
  Place place;
  Signal signal = Signal::metrics;
  Setting<std::string> receiver;
  Setting<Duration> max_age;
  Setting<Expect> expect;
  Setting<std::string> selector;
};

struct SourceSettings {
  Place place;
  Setting<std::string> name;
  Setting<std::string> container;
  std::vector<WaySettings> ways;
};

struct AlertingSettings {
  Place place;
  Setting<Component> ruler;
  std::vector<Given<std::string>> rule_groups;
  std::optional<ComponentSettings> alertmanager;
  Setting<std::string> watchdog;
};

struct StackSettings {
  Place place;
  Setting<std::string> name;
  Setting<std::string> tenant;
  std::optional<ComponentSettings> loki;
  std::optional<TempoSettings> tempo;
  std::optional<MimirSettings> mimir;
  std::optional<GrafanaSettings> grafana;
  std::optional<ComponentSettings> docker;
  std::optional<AlertingSettings> alerting;
  std::vector<AlloySettings> alloys;
  std::vector<SourceSettings> sources;
  std::optional<CanarySettings> canaries;
  std::optional<std::set<std::string>> stack_jobs;
  Setting<bool> application_jobs;
  Setting<bool> loki_labels;
  Setting<bool> tempo_services;
};

struct Settings {
  Place place;
  Setting<Duration> interval;
  Setting<Duration> timeout;
  std::vector<StackSettings> stacks;  // first those that are listed
  std::size_t listed = 0;
  std::optional<DiscoverySettings> discovery;
  std::vector<MaintenanceSettings> maintenance;
  NotifySettings notify;
};

}  // namespace lgtmwatch
