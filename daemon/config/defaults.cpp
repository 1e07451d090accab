#include "daemon/config/defaults.hpp"

#include "daemon/model/canary_plan.hpp"
#include "daemon/model/stack_jobs.hpp"

namespace lgtmwatch {
namespace {

Duration canary_time(const CanarySettings& canaries, const CanaryRouteSettings* route,
                     Setting<Duration> CanaryTimes::*time, Duration otherwise) {
  if (route && (route->*time)) return (route->*time)->value;
  return value_or(canaries.*time, otherwise);
}

// A scrape comes once a minute in most places, and lasts until it is stored: each canary has to be there for longer.
constexpr Duration scrape_interval = 2min;
constexpr Duration scrape_deadline = 90s;

bool is_scraped(const CanaryRouteSettings* route) { return route && route->name.value == scrape_route; }

}  // namespace

Duration interval_of(const Settings& settings) { return value_or<Duration>(settings.interval, 15s); }

Duration timeout_of(const Settings& settings, const ClientSettings& client) {
  if (client.timeout) return client.timeout->value;
  if (settings.timeout) return settings.timeout->value;
  return std::min<Duration>(5s, interval_of(settings));
}

Duration max_age_of(const WaySettings& way) {
  if (way.max_age) return way.max_age->value;
  switch (way.signal) {
    case Signal::metrics: return 2min;
    case Signal::logs: return 10min;
    case Signal::traces: return 15min;
  }
  return 15min;
}

Expect expect_of(const WaySettings& way) {
  return value_or(way.expect, way.signal == Signal::metrics ? Expect::always : Expect::when_active);
}

Duration file_refresh_interval_of(const FileDiscoverySettings& files) {
  return value_or<Duration>(files.refresh_interval, 5min);
}

Duration http_refresh_interval_of(const HttpDiscoverySettings& http) {
  return value_or<Duration>(http.refresh_interval, 60s);
}

std::set<std::string> stack_jobs_of(const StackSettings& stack) {
  return stack.stack_jobs.value_or(usual_stack_jobs());
}

std::vector<Signal> possible_signals(const ReceiverSettings& receiver) {
  std::vector<Signal> all(all_signals.begin(), all_signals.end());
  if (!receiver.kind) return all;
  switch (*receiver.kind) {
    case ReceiverKind::loki_push:
    case ReceiverKind::file: return {Signal::logs};
    case ReceiverKind::remote_write: return {Signal::metrics};
    case ReceiverKind::otlp_http:
    case ReceiverKind::otlp_grpc: return all;
    case ReceiverKind::component: break;
  }
  const auto id = value_or(receiver.component, std::string());
  if (id.starts_with("loki.")) return {Signal::logs};
  if (id.starts_with("prometheus.")) return {Signal::metrics};
  return all;
}

std::vector<Signal> signals_of(const ReceiverSettings& receiver) {
  if (receiver.signals.empty()) return possible_signals(receiver);
  std::vector<Signal> signals;
  for (const auto& each : receiver.signals) signals.push_back(each.value);
  return signals;
}

Duration canary_interval_of(const CanarySettings& canaries, const CanaryRouteSettings* route) {
  const auto interval = canary_time(canaries, route, &CanaryTimes::interval, 60s);
  return is_scraped(route) && !route->interval ? std::max(interval, scrape_interval) : interval;
}

Duration canary_deadline_of(const CanarySettings& canaries, const CanaryRouteSettings* route) {
  const auto deadline = canary_time(canaries, route, &CanaryTimes::deadline, 30s);
  return is_scraped(route) && !route->deadline ? std::max(deadline, scrape_deadline) : deadline;
}

Duration canary_lost_after_of(const CanarySettings& canaries, const CanaryRouteSettings* route) {
  return canary_time(canaries, route, &CanaryTimes::lost_after, 10min);
}

std::vector<Duration> reread_ages_of(const CanarySettings& canaries) {
  if (!canaries.reread) return {1h, 13h, 25h, 168h};
  std::set<Duration> ages;
  for (const auto& age : *canaries.reread) ages.insert(age.value);
  return {ages.begin(), ages.end()};
}

const ReceiverSettings* find_receiver(const StackSettings& stack, const std::string& name) {
  for (const auto& alloy : stack.alloys) {
    for (const auto& receiver : alloy.receivers) {
      if (receiver.name && receiver.name->value == name) return &receiver;
    }
  }
  return nullptr;
}

}  // namespace lgtmwatch
