// What was written under `notify`, as in settings.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/config/component_settings.hpp"
#include "daemon/model/notify_plan.hpp"

namespace lgtmwatch {

// An address of which everything behind host and port is a secret.
struct SecretAddress {
  Url origin;
  Secret target;
};

struct WebhookSettings {
  Place place;
  Setting<std::string> name;
  Setting<SecretAddress> address;
  ClientSettings client;
  Setting<WebhookFormat> format;
  Setting<Severity> min_severity;
  Setting<bool> send_resolved;
  Setting<Duration> repeat_interval;
};

struct HeartbeatSettings {
  Place place;
  Setting<SecretAddress> address;
  Setting<SecretAddress> fail_address;
  ClientSettings client;
  Setting<bool> posts;
  Setting<Duration> interval;
};

struct NamedAlertmanager : ComponentSettings {
  Setting<std::string> name;
};

struct NotifySettings {
  Setting<Duration> settles_for;
  Setting<Duration> keep_firing_for;
  std::vector<NamedAlertmanager> alertmanagers;
  std::vector<WebhookSettings> webhooks;
  std::optional<HeartbeatSettings> heartbeat;
};

}  // namespace lgtmwatch
