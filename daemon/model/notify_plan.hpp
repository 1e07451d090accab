// Who is told of findings, past the stack that is watched: Alertmanagers, webhooks, and a dead man's switch.
// Made by daemon/config from the key `notify`; used by daemon/alert.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/endpoint.hpp"
#include "daemon/base/time.hpp"
#include "daemon/model/words.hpp"

namespace lgtmwatch {

struct Destination {
  explicit Destination(Endpoint endpoint_) : endpoint(std::move(endpoint_)) {}

  std::string name;  // of the label `destination` and of log lines; unique
  Endpoint endpoint;
  Duration timeout{};
};

struct AlertmanagerPlan : Destination {
  using Destination::Destination;
};

enum class WebhookFormat { json, slack, discord, ntfy, oncall };
std::string_view to_string(WebhookFormat format);

// What stands behind host and port of a webhook's address is its password.
struct WebhookPlan : Destination {
  using Destination::Destination;

  Secret target;  // path and query
  WebhookFormat format = WebhookFormat::json;
  Severity min_severity = Severity::warning;
  bool send_resolved = true;
  Duration repeat_interval{};
};

struct HeartbeatPlan : Destination {
  using Destination::Destination;

  Secret target;
  std::optional<Endpoint> fail_endpoint;  // told instead where lgtmwatch does not keep up; nobody is where absent
  Secret fail_target;
  bool posts = false;
  Duration interval{};
};

struct NotifyPlan {
  Duration settles_for = std::chrono::seconds(15);     // how long a finding has to be there before it is told
  Duration keep_firing_for = std::chrono::minutes(2);  // how long it has to be away before it is told as over
  std::vector<AlertmanagerPlan> alertmanagers;
  std::vector<WebhookPlan> webhooks;
  std::optional<HeartbeatPlan> heartbeat;
};

}  // namespace lgtmwatch
