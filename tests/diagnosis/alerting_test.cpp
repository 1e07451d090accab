#include "tests/diagnosis/alerting_stack.hpp"

namespace lgtmwatch {

using Catch::Contains;

TEST_CASE("A way of alerts on which all is well is four more criteria that are met") {
  const auto verdict = alerting_stack().judge();
  CHECK(causes_of(verdict).empty());
  CHECK(verdict.state == State::healthy);
  for (const auto& name : {std::string("the ruler has the rule group shop"),
                           std::string("the metrics of alert rules exist"), alertmanager_answers, watchdog_arrives})
    CHECK(criterion(verdict, name) == State::healthy);
}

TEST_CASE("A stack without alerting has no such criteria") {
  for (const auto& each : TestStack().judge().criteria) CHECK(each.name.find("ruler") == std::string::npos);
}

TEST_CASE("What was not asked yet is unknown, and no finding") {
  Watched stack;
  stack.with_alerting();
  auto fresh = AlertingPlan(stack.alerting());
  fresh.alertmanager = ComponentPlan(Endpoint(Url::parse("http://other:9093").value()));
  stack.alerting() = fresh;
  const auto verdict = stack.judge();
  CHECK(causes_of(verdict).empty());
  CHECK(criterion(verdict, alertmanager_answers) == State::unknown);
  CHECK(criterion(verdict, watchdog_arrives) == State::unknown);
  CHECK(verdict.state == State::unknown);
}

TEST_CASE("Rule groups that are not loaded are named, and the watchdog among them follows") {
  auto rules = healthy_rules();
  rules.groups.front().name = "other";
  rules.missing = {"shop"};
  const auto verdict = with_rules(rules).judge();
  const auto& finding = only_finding(verdict);
  CHECK(finding.cause == "ruler-rules-not-loaded");
  CHECK(finding.stage == Stage::alert);
  CHECK_THAT(finding.summary, Contains("no rule group shop; it has other"));
  CHECK(verdict.state == State::broken);

  RulerRules none;
  none.missing = {"shop"};
  none.lacks_watchdog = true;
  const auto empty = with_rules(none).judge();
  CHECK_THAT(only_finding(empty).summary, Contains("has no rules at all"));
  CHECK(only_finding(empty).consequences == std::vector<std::string>{"the ruler has no rule of the name Watchdog"});
  CHECK(criterion(empty, watchdog_arrives) == State::broken);

  none.has_ruler = false;
  CHECK_THAT(only_finding(with_rules(none).judge()).summary, Contains("there is no ruler at mimir:9009"));
}

TEST_CASE("A ruler that cannot be asked is unknown, and one in a Mimir that is down is no finding of its own") {
  auto stack = alerting_stack();
  stack.failed("ruler_rules", ruler_address, Reason::parse);
  const auto verdict = stack.judge();
  const auto& finding = only_finding(verdict);
  CHECK(finding.cause == "watcher-query-failed");
  CHECK(finding.subject == "ruler");
  CHECK(finding.state == State::unknown);
  CHECK(criterion(verdict, "the ruler has the rule group shop") == State::unknown);

  stack.failed("mimir_ready", ruler_address, Reason::refused);
  CHECK(causes_of(stack.judge()) == Causes{"backend-down"});
}

TEST_CASE("Groups that were not evaluated for three intervals are late; one that never was is not judged") {
  auto rules = healthy_rules();
  rules.groups = {{"shop", minutes(1), now - minutes(4)}};
  CHECK(only_finding(with_rules(rules).judge()).cause == "ruler-evaluation-missed");
  CHECK_THAT(only_finding(with_rules(rules).judge()).summary, Contains("shop (4m ago, interval 1m)"));
  for (const auto& evaluated : {std::optional(now - minutes(2)), std::optional<WallTime>()}) {
    rules.groups = {{"shop", minutes(1), evaluated}};
    CHECK(causes_of(with_rules(rules).judge()).empty());
  }
}

TEST_CASE("Rules on metrics that do not exist are named with their selectors") {
  auto stack = alerting_stack();
  stack.found("rule_metrics", ruler_address, RuleMetrics{{{"latency_seconds", {"shop/Slow"}, 0, 0}}, 3, 0});
  const auto verdict = stack.judge();
  const auto& finding = only_finding(verdict);
  CHECK(finding.cause == "rule-on-absent-metric");
  CHECK(finding.severity == Severity::warning);
  CHECK(verdict.state == State::degraded);
  CHECK(finding.summary == "shop/Slow can never fire: latency_seconds has no series within the last hour");
  CHECK_FALSE(finding.alternatives.empty());
  CHECK(criterion(verdict, "the metrics of alert rules exist") == State::degraded);

  stack.newest("shop/metrics@backend", minutes(90));
  const auto silent = stack.judge();
  REQUIRE(causes_of(silent).size() == 1);
  CHECK(silent.findings[0].cause != "rule-on-absent-metric");
  CHECK_THAT(silent.findings[0].consequences.back(), Contains("shop/Slow can never fire"));
}

TEST_CASE("Metrics that could not be asked for leave the criterion unknown") {
  auto stack = alerting_stack();
  stack.found("rule_metrics", ruler_address, RuleMetrics{{}, 3, 2});
  CHECK(causes_of(stack.judge()).empty());
  CHECK(criterion(stack.judge(), "the metrics of alert rules exist") == State::unknown);
}

}  // namespace lgtmwatch
