#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

#include "daemon/base/secret.hpp"
#include "daemon/config/emit.hpp"

namespace lgtmwatch {
namespace {

template <class Plan>
void put_list(YAML::Emitter& out, const char* key, const std::vector<Plan>& list,
              void (*put_one)(YAML::Emitter&, const Plan&)) {
  if (list.empty()) return;
  out << YAML::Key << key << YAML::Value << YAML::BeginSeq;
  for (const auto& each : list) {
    out << YAML::BeginMap;
    put_one(out, each);
    out << YAML::EndMap;
  }
  out << YAML::EndSeq;
}

void put_secret_address(YAML::Emitter& out, const char* key, const Endpoint& endpoint) {
  put(out, key, endpoint.url.text() + "/" + masked);
}

void put_alertmanager(YAML::Emitter& out, const AlertmanagerPlan& alertmanager) {
  put(out, "name", alertmanager.name);
  put(out, "url", alertmanager.endpoint.url.text());
  put_client(out, alertmanager.endpoint, alertmanager.timeout);
}

void put_webhook(YAML::Emitter& out, const WebhookPlan& webhook) {
  put(out, "name", webhook.name);
  put_secret_address(out, "url", webhook.endpoint);
  put(out, "format", to_string(webhook.format));
  put(out, "min_severity", to_string(webhook.min_severity));
  put_flag(out, "send_resolved", webhook.send_resolved);
  put(out, "repeat_interval", format_duration(webhook.repeat_interval));
  put_client(out, webhook.endpoint, webhook.timeout);
}

void put_heartbeat(YAML::Emitter& out, const HeartbeatPlan& heartbeat) {
  out << YAML::Key << "heartbeat" << YAML::Value << YAML::BeginMap;
  put_secret_address(out, "url", heartbeat.endpoint);
  if (heartbeat.fail_endpoint) put_secret_address(out, "fail_url", *heartbeat.fail_endpoint);
  put(out, "method", heartbeat.posts ? "POST" : "GET");
  put(out, "interval", format_duration(heartbeat.interval));
  put_client(out, heartbeat.endpoint, heartbeat.timeout);
  out << YAML::EndMap;
}

}  // namespace

void put_notify(YAML::Emitter& out, const NotifyPlan& notify) {
  if (notify.alertmanagers.empty() && notify.webhooks.empty() && !notify.heartbeat) return;
  out << YAML::Key << "notify" << YAML::Value << YAML::BeginMap;
  put(out, "for", format_duration(notify.settles_for));
  put(out, "keep_firing_for", format_duration(notify.keep_firing_for));
  put_list(out, "alertmanagers", notify.alertmanagers, put_alertmanager);
  put_list(out, "webhooks", notify.webhooks, put_webhook);
  if (notify.heartbeat) put_heartbeat(out, *notify.heartbeat);
  out << YAML::EndMap;
}

}  // namespace lgtmwatch
