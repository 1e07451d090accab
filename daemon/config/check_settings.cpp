#include "daemon/config/check_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "daemon/config/defaults.hpp"

namespace lgtmwatch {
namespace {

void check_defaults(const Settings& settings, Diagnostics& diagnostics) {
  if (!settings.interval || settings.interval->value >= shortest_interval) return;
  diagnostics.error(settings.interval->place,
                    fmt::format("an interval of {} is too short", format_duration(settings.interval->value)),
                    fmt::format("write at least {}", format_duration(shortest_interval)));
}

void check_timeout(const Setting<Duration>& timeout, Duration interval, Diagnostics& diagnostics) {
  if (!timeout) return;
  if (timeout->value <= Duration::zero()) {
    diagnostics.error(timeout->place, "the timeout must be longer than nothing");
  } else if (timeout->value > interval) {
    diagnostics.error(timeout->place,
                      fmt::format("the timeout of {} is longer than the interval of {}",
                                  format_duration(timeout->value), format_duration(interval)),
                      "the next probe would begin before this one has given up");
  }
}

// addresses: all that the settings hold for.
void check_tls(const std::vector<Setting<Url>>& addresses, const ClientSettings& client, Diagnostics& diagnostics) {
  const auto is_known = [](const Setting<Url>& address) { return address.has_value(); };
  const auto has_tls = [](const Setting<Url>& address) {
    return address && address->value.scheme() == Url::Scheme::https;
  };
  if (!client.tls || std::none_of(addresses.begin(), addresses.end(), is_known)) return;
  if (std::any_of(addresses.begin(), addresses.end(), has_tls)) return;
  diagnostics.warning(client.tls->place, "'tls' has no effect, because the address does not begin with https://");
}

void check_proxy(const Setting<Url>& address, const ClientSettings& client, Diagnostics& diagnostics) {
  if (!address || !client.proxy || address->value.scheme() != Url::Scheme::unix_socket) return;
  diagnostics.warning(client.proxy->place, "'proxy_url' has no effect, because the address is a unix socket");
}

void check_dashboards(const GrafanaSettings& grafana, Duration interval, Diagnostics& diagnostics) {
  const auto& given = grafana.dashboard_interval;
  if (!given) return;
  if (given->value < interval) {
    diagnostics.error(given->place,
                      fmt::format("dashboards would be asked every {}, more often than everything else",
                                  format_duration(given->value)),
                      fmt::format("write at least {}, as 'defaults.interval' has it", format_duration(interval)));
  } else if (grafana.dashboards.empty()) {
    diagnostics.warning(given->place, "'dashboard_interval' has no effect, because there are no dashboards");
  }
}

std::vector<const ComponentSettings*> components_of(const StackSettings& stack) {
  std::vector<const ComponentSettings*> all;
  if (stack.loki) all.push_back(&*stack.loki);
  if (stack.tempo) all.push_back(&*stack.tempo);
  if (stack.mimir) all.push_back(&*stack.mimir);
  if (stack.grafana) all.push_back(&*stack.grafana);
  for (const auto& alloy : stack.alloys) all.push_back(&alloy);
  return all;
}

void check_not_vacuous(const StackSettings& stack, Diagnostics& diagnostics) {
  if (!components_of(stack).empty()) return;
  diagnostics.error(stack.place, "there is nothing to check in this stack: none of its components is given",
                    "give at least one of loki, tempo, mimir, grafana, alloy");
}

void check_receiver(const ReceiverSettings& receiver, Duration interval, Diagnostics& diagnostics) {
  check_client({receiver.address}, receiver.client, interval, diagnostics);
  const auto possible = possible_signals(receiver);
  for (const auto& signal : receiver.signals) {
    if (std::find(possible.begin(), possible.end(), signal.value) != possible.end()) continue;
    diagnostics.error(signal.place, fmt::format("this receiver cannot carry {}", to_string(signal.value)),
                      fmt::format("it carries {}", to_string(possible.front())));
  }
}

void check_alloys(const StackSettings& stack, Duration interval, Diagnostics& diagnostics) {
  std::vector<Setting<std::string>> alloys;
  std::vector<Setting<std::string>> receivers;
  for (const auto& alloy : stack.alloys) {
    alloys.push_back(alloy.name);
    for (const auto& receiver : alloy.receivers) {
      receivers.push_back(receiver.name);
      check_receiver(receiver, interval, diagnostics);
    }
  }
  check_unique(alloys, "an alloy", diagnostics);
  check_unique(receivers, "a receiver", diagnostics);
}

void check_stack(const StackSettings& stack, Duration interval, Diagnostics& diagnostics) {
  check_not_vacuous(stack, diagnostics);
  for (const auto* component : components_of(stack)) {
    std::vector<Setting<Url>> addresses{component->url};
    const bool is_tempo = stack.tempo && component == &*stack.tempo;
    if (is_tempo) addresses.insert(addresses.end(), {stack.tempo->otlp_grpc, stack.tempo->otlp_http});
    check_client(addresses, component->client, interval, diagnostics);
  }
  if (stack.grafana) check_dashboards(*stack.grafana, interval, diagnostics);
  if (stack.docker) check_client({stack.docker->url}, stack.docker->client, interval, diagnostics);
  if (stack.alerting && stack.alerting->alertmanager) {
    const auto& alertmanager = *stack.alerting->alertmanager;
    check_client({alertmanager.url}, alertmanager.client, interval, diagnostics);
  }
  check_alerting(stack, diagnostics);
  check_alloys(stack, interval, diagnostics);
  check_sources(stack, diagnostics);
  check_canaries(stack, diagnostics);
}

}  // namespace

void check_client(const std::vector<Setting<Url>>& addresses, const ClientSettings& client, Duration interval,
                  Diagnostics& diagnostics) {
  check_timeout(client.timeout, interval, diagnostics);
  check_tls(addresses, client, diagnostics);
  check_proxy(addresses.front(), client, diagnostics);
}

void check_settings(const Settings& settings, Diagnostics& diagnostics) {
  check_defaults(settings, diagnostics);
  const auto interval = interval_of(settings);
  check_timeout(settings.timeout, interval, diagnostics);
  std::vector<Setting<std::string>> names;
  for (const auto& stack : settings.stacks) {
    names.push_back(stack.name);
    check_stack(stack, interval, diagnostics);
  }
  check_unique(names, "a stack", diagnostics);
  if (settings.discovery) check_discovery(*settings.discovery, diagnostics);
  check_notify(settings.notify, diagnostics);
}

void check_unique(const std::vector<Setting<std::string>>& names, std::string_view what, Diagnostics& diagnostics) {
  std::map<std::string_view, int> first_lines;
  for (const auto& name : names) {
    if (!name) continue;
    const auto [first, is_new] = first_lines.emplace(name->value, name->place.line);
    if (is_new) continue;
    diagnostics.error(name->place,
                      fmt::format("the name '{}' is already taken by {}{}", name->value, what,
                                  first->second > 0 ? fmt::format(" in line {}", first->second) : ""),
                      "give each a name of its own");
  }
}

}  // namespace lgtmwatch
