#include "daemon/base/page.hpp"
#include "daemon/config/clean_text.hpp"
#include "daemon/config/read_client.hpp"
#include "daemon/config/read_settings.hpp"

namespace lgtmwatch {
namespace {

constexpr std::array formats{
    Choice<WebhookFormat>{"json", WebhookFormat::json}, Choice<WebhookFormat>{"slack", WebhookFormat::slack},
    Choice<WebhookFormat>{"discord", WebhookFormat::discord}, Choice<WebhookFormat>{"ntfy", WebhookFormat::ntfy},
    Choice<WebhookFormat>{"oncall", WebhookFormat::oncall}};
constexpr std::array severities{Choice<Severity>{"critical", Severity::critical},
                                Choice<Severity>{"warning", Severity::warning},
                                Choice<Severity>{"info", Severity::info}};
constexpr std::array methods{Choice<bool>{"GET", false}, Choice<bool>{"POST", true}};
constexpr const char* address_hint = "write it as https://HOST/PATH; nobody else may know what stands behind the host";

// No message shows anything of the address.
std::optional<SecretAddress> split_address(const std::string& text) {
  if (text.find("://") == std::string::npos || text.starts_with("unix:") || text.find('#') != std::string::npos)
    return std::nullopt;
  if (has_control_character(text) || text.find(' ') != std::string::npos) return std::nullopt;
  auto split = split_at_target(text);
  const auto origin = Url::parse(split.server);
  if (!origin) return std::nullopt;
  return SecretAddress{*origin, Secret(std::move(split.target))};
}

Setting<SecretAddress> read_address(MapReader& map, const std::string& key) {
  const auto written = map.secret(key);
  if (!written) return std::nullopt;
  if (auto address = split_address(written->value)) return Given<SecretAddress>{std::move(*address), written->place};
  const auto value = map.has(key) ? map.get(key) : map.get(key + "_file");
  value->error("this is not an address of HTTP or HTTPS", address_hint);
  return std::nullopt;
}

NamedAlertmanager read_alertmanager(const YamlValue& value) {
  NamedAlertmanager alertmanager;
  MapReader map(value);
  alertmanager.name = map.name("name");
  read_component(map, alertmanager);
  map.finish();
  return alertmanager;
}

WebhookSettings read_webhook(const YamlValue& value) {
  WebhookSettings webhook;
  webhook.place = value.place();
  MapReader map(value);
  webhook.name = map.name("name");
  map.require_secret("url", "give 'url' or 'url_file'");
  webhook.address = read_address(map, "url");
  webhook.client = read_client(map);
  if (const auto format = map.get("format")) webhook.format = format->choice(formats);
  if (const auto severity = map.get("min_severity")) webhook.min_severity = severity->choice(severities);
  webhook.send_resolved = map.boolean("send_resolved");
  webhook.repeat_interval = map.duration("repeat_interval");
  map.finish();
  return webhook;
}

HeartbeatSettings read_heartbeat(const YamlValue& value) {
  HeartbeatSettings heartbeat;
  heartbeat.place = value.place();
  MapReader map(value);
  map.require_secret("url", "give 'url' or 'url_file'");
  heartbeat.address = read_address(map, "url");
  heartbeat.fail_address = read_address(map, "fail_url");
  heartbeat.client = read_client(map);
  if (const auto method = map.get("method")) heartbeat.posts = method->choice(methods);
  heartbeat.interval = map.duration("interval");
  map.finish();
  return heartbeat;
}

}  // namespace

NotifySettings read_notify(const YamlValue& value) {
  NotifySettings notify;
  MapReader map(value);
  notify.settles_for = map.duration("for");
  notify.keep_firing_for = map.duration("keep_firing_for");
  if (const auto list = map.get("alertmanagers"))
    for (const auto& item : list->maps()) notify.alertmanagers.push_back(read_alertmanager(item));
  if (const auto list = map.get("webhooks"))
    for (const auto& item : list->maps()) notify.webhooks.push_back(read_webhook(item));
  if (const auto heartbeat = map.get("heartbeat")) notify.heartbeat = read_heartbeat(*heartbeat);
  map.finish();
  return notify;
}

}  // namespace lgtmwatch
