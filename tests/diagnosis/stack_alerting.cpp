#include "tests/diagnosis/stack.hpp"

namespace lgtmwatch {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr auto now = moment_of_tests;

}  // namespace

void TestStack::with_alerting() {
  AlertingPlan alerting;
  alerting.asks_ruler = true;
  alerting.rule_groups = {"shop"};
  alerting.alertmanager = ComponentPlan(Endpoint(Url::parse("http://am:9093").value()));
  alerting.watchdog = "Watchdog";
  plan_.alerting = alerting;
  found("ruler_rules", "mimir:9009", healthy_rules());
  found("rule_metrics", "mimir:9009", RuleMetrics{{}, 1, 0});
  found("alertmanager", "am:9093", healthy_alertmanager());
}

RulerRules healthy_rules() {
  RulerRules rules;
  rules.groups = {{"shop", minutes(1), now - seconds(20)}};
  rules.alerts = {{"shop", "Watchdog", "vector(1)", "firing", "ok", now - hours(5)},
                  {"shop", "Slow", "latency_seconds > 3", "inactive", "ok", std::nullopt}};
  rules.watchdog = rules.alerts.front();
  return rules;
}

AlertmanagerState healthy_alertmanager() {
  AlertmanagerState state;
  state.up_since = now - hours(5);
  state.alerts = {{"Watchdog", "none", "active", {}, {}, now - hours(5)}};
  return state;
}

}  // namespace lgtmwatch
