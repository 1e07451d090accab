#include <fmt/format.h>

#include "daemon/config/check_settings.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;

constexpr Duration longest_timeout = 1min;
constexpr Duration shortest_repeat = 1min;
constexpr Duration shortest_heartbeat = 10s;

void check_at_least(const Setting<Duration>& given, Duration least, std::string_view what, Diagnostics& diagnostics) {
  if (!given || given->value >= least) return;
  diagnostics.error(given->place, fmt::format("{} of {} is too short", what, format_duration(given->value)),
                    fmt::format("write at least {}", format_duration(least)));
}

void check_destination(const Setting<Url>& address, const ClientSettings& client, Diagnostics& diagnostics) {
  check_client({address}, client, Duration::max(), diagnostics);
  if (client.timeout && client.timeout->value > longest_timeout)
    diagnostics.error(client.timeout->place,
                      fmt::format("a timeout of {} is too long", format_duration(client.timeout->value)),
                      fmt::format("write at most {}", format_duration(longest_timeout)));
}

Setting<Url> url_of(const Setting<SecretAddress>& address) {
  return address ? Setting<Url>({address->value.origin, address->place}) : std::nullopt;
}

}  // namespace

void check_notify(const NotifySettings& notify, Diagnostics& diagnostics) {
  std::vector<Setting<std::string>> names;
  for (const auto& alertmanager : notify.alertmanagers) {
    names.push_back(alertmanager.name);
    check_destination(alertmanager.url, alertmanager.client, diagnostics);
  }
  for (const auto& webhook : notify.webhooks) {
    names.push_back(webhook.name);
    check_destination(url_of(webhook.address), webhook.client, diagnostics);
    check_at_least(webhook.repeat_interval, shortest_repeat, "a repeat_interval", diagnostics);
  }
  check_unique(names, "a destination", diagnostics);
  if (!notify.heartbeat) return;
  check_at_least(notify.heartbeat->interval, shortest_heartbeat, "an interval", diagnostics);
  check_destination(url_of(notify.heartbeat->address), notify.heartbeat->client, diagnostics);
}

}  // namespace lgtmwatch
