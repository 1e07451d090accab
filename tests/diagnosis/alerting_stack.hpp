// The test stack with a way of alerts, and what is asked of its verdict.
#pragma once

#include <catch2/catch.hpp>

#include "tests/diagnosis/scrapes.hpp"

namespace lgtmwatch {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

inline constexpr const char* ruler_address = "mimir:9009";
inline constexpr const char* alertmanager_address = "am:9093";
inline constexpr auto now = moment_of_tests;

inline Watched alerting_stack() {
  Watched stack;
  stack.with_alerting();
  return stack;
}

inline Watched with_rules(const RulerRules& rules) {
  auto stack = alerting_stack();
  stack.found("ruler_rules", ruler_address, rules);
  return stack;
}

inline Watched with_alertmanager(const AlertmanagerState& state) {
  auto stack = alerting_stack();
  stack.found("alertmanager", alertmanager_address, state);
  return stack;
}

inline AlertmanagerState without_alerts() {
  auto state = healthy_alertmanager();
  state.alerts.clear();
  state.lacks_watchdog = true;
  return state;
}

// The ruler's counters every minute; the last reading is now, its process was started an hour ago.
inline void notifier(Watched& stack, const std::vector<std::pair<double, double>>& sent_and_dropped,
                     Duration lived = hours(1)) {
  for (std::size_t i = 0; i < sent_and_dropped.size(); ++i) {
    CounterReadings readings;
    readings.process_start = now - lived;
    readings.counters = {{{CounterKind::alert_sent, "mimir", {}, {}}, sent_and_dropped[i].first},
                         {{CounterKind::alert_dropped, "mimir", {}, {}}, sent_and_dropped[i].second}};
    stack.read("mimir_metrics", ruler_address, readings, minutes(1) * (sent_and_dropped.size() - 1 - i));
  }
}

inline void notifications(Watched& stack, const std::vector<std::pair<double, double>>& sent_and_failed) {
  for (std::size_t i = 0; i < sent_and_failed.size(); ++i) {
    CounterReadings readings;
    readings.counters = {{{CounterKind::notification_sent, "alertmanager", {}, "webhook"}, sent_and_failed[i].first},
                         {{CounterKind::notification_failed, "alertmanager", {}, "webhook"}, sent_and_failed[i].second},
                         {{CounterKind::notification_sent, "alertmanager", {}, "email"}, 9},
                         {{CounterKind::notification_failed, "alertmanager", {}, "email"}, 0}};
    stack.read("alertmanager_metrics", alertmanager_address, readings, minutes(1) * (sent_and_failed.size() - 1 - i));
  }
}

inline State criterion(const StackVerdict& verdict, const std::string& name) {
  for (const auto& each : verdict.criteria)
    if (each.name == name) return each.state;
  FAIL("no criterion " << name);
  return State::unknown;
}

inline const Finding& only_finding(const StackVerdict& verdict) {
  REQUIRE(causes_of(verdict).size() == 1);
  const auto& finding = verdict.findings.front();
  CHECK(finding.signals.empty());
  for (const auto& [signal, state] : verdict.signals) CHECK(state == State::healthy);
  return finding;
}

inline const std::string watchdog_arrives = "the alert Watchdog reaches the alertmanager";
inline const std::string alertmanager_answers = "alertmanager answers and is configured";

}  // namespace lgtmwatch
