#include <fmt/format.h>

#include "daemon/config/finalize.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;

constexpr Duration usual_timeout = 10s;

template <class Plan>
Plan make_destination(const Url& url, const ClientSettings& client, std::string name) {
  Plan plan(make_endpoint(url, client, std::nullopt));
  plan.name = std::move(name);
  plan.timeout = value_or<Duration>(client.timeout, usual_timeout);
  return plan;
}

std::string numbered(std::string_view what, std::size_t count) { return fmt::format("{}-{}", what, count + 1); }

WebhookPlan make_webhook(const WebhookSettings& given, const std::string& name) {
  const auto& address = given.address->value;
  auto plan = make_destination<WebhookPlan>(address.origin, given.client, value_or(given.name, name));
  plan.target = address.target;
  plan.format = value_or(given.format, WebhookFormat::json);
  plan.min_severity = value_or(given.min_severity, Severity::warning);
  plan.send_resolved = value_or(given.send_resolved, true);
  plan.repeat_interval = value_or<Duration>(given.repeat_interval, 4h);
  return plan;
}

HeartbeatPlan make_heartbeat(const HeartbeatSettings& given) {
  const auto& address = given.address->value;
  auto plan = make_destination<HeartbeatPlan>(address.origin, given.client, "heartbeat");
  plan.target = address.target;
  plan.posts = value_or(given.posts, false);
  plan.interval = value_or<Duration>(given.interval, 60s);
  if (!given.fail_address) return plan;
  plan.fail_endpoint = make_endpoint(given.fail_address->value.origin, given.client, std::nullopt);
  plan.fail_target = given.fail_address->value.target;
  return plan;
}

}  // namespace

NotifyPlan finalize_notify(const NotifySettings& settings) {
  NotifyPlan plan;
  plan.settles_for = value_or(settings.settles_for, plan.settles_for);
  plan.keep_firing_for = value_or(settings.keep_firing_for, plan.keep_firing_for);
  for (const auto& given : settings.alertmanagers)
    plan.alertmanagers.push_back(make_destination<AlertmanagerPlan>(
        given.url->value, given.client, value_or(given.name, numbered("alertmanager", plan.alertmanagers.size()))));
  for (const auto& given : settings.webhooks)
    plan.webhooks.push_back(make_webhook(given, numbered("webhook", plan.webhooks.size())));
  if (settings.heartbeat) plan.heartbeat = make_heartbeat(*settings.heartbeat);
  return plan;
}

}  // namespace lgtmwatch
