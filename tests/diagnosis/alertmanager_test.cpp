#include "tests/diagnosis/alerting_stack.hpp"

namespace lgtmwatch {

using Catch::Contains;

TEST_CASE("An Alertmanager that does not answer is down; one that lgtmwatch may not read is unknown") {
  for (const auto reason : {Reason::refused, Reason::timeout, Reason::dns}) {
    auto stack = alerting_stack();
    stack.failed("alertmanager", alertmanager_address, reason);
    const auto verdict = stack.judge();
    CHECK(only_finding(verdict).cause == "alertmanager-down");
    CHECK(only_finding(verdict).alternatives.empty() == (reason != Reason::dns));
    CHECK(criterion(verdict, alertmanager_answers) == State::broken);
    CHECK(criterion(verdict, watchdog_arrives) == State::unknown);
  }
  auto stack = alerting_stack();
  stack.failed("alertmanager", alertmanager_address, Reason::auth);
  const auto verdict = stack.judge();
  CHECK(only_finding(verdict).cause == "watcher-auth-rejected");
  CHECK(verdict.state == State::unknown);
  CHECK(criterion(verdict, alertmanager_answers) == State::unknown);
}

TEST_CASE("An Alertmanager in a Mimir that is away is no finding of its own") {
  auto stack = alerting_stack();
  stack.alerting().alertmanager = ComponentPlan(Endpoint(Url::parse("http://mimir:9009/alertmanager").value()));
  stack.failed("alertmanager", ruler_address, Reason::refused);
  stack.failed("mimir_ready", ruler_address, Reason::refused);
  CHECK(causes_of(stack.judge()) == Causes{"backend-down"});
  CHECK(criterion(stack.judge(), alertmanager_answers) == State::unknown);
}

TEST_CASE("The words of the 404 tell an Alertmanager without configuration from none at all") {
  AlertmanagerState none;
  none.missing = "the Alertmanager is not configured";
  const auto unconfigured = with_alertmanager(none).judge();
  CHECK(only_finding(unconfigured).cause == "alertmanager-not-configured");
  CHECK(only_finding(unconfigured).alternatives.empty());
  CHECK_THAT(only_finding(unconfigured).remedy.front(), Contains("fallback_config_file"));
  none.missing = "404 page not found";
  const auto absent = with_alertmanager(none).judge();
  CHECK(only_finding(absent).cause == "alertmanager-not-configured");
  CHECK_THAT(only_finding(absent).remedy.front(), Contains("target: all,alertmanager"));
  CHECK_FALSE(only_finding(absent).alternatives.empty());
}

TEST_CASE("A ruler that drops what fires reaches no Alertmanager, and the missing watchdog follows") {
  auto stack = with_alertmanager(without_alerts());
  notifier(stack, {{50, 0}, {50, 1}});
  const auto verdict = stack.judge();
  const auto& finding = only_finding(verdict);
  CHECK(finding.cause == "ruler-cannot-reach-alertmanager");
  CHECK_THAT(finding.summary, Contains("while Watchdog fires"));
  CHECK_THAT(finding.consequences.front(), Contains("Watchdog fires in the ruler"));
  CHECK(criterion(verdict, watchdog_arrives) == State::broken);

  // Versions that count attempts; a single look at a process that has delivered nothing in its life.
  auto once = with_alertmanager(without_alerts());
  notifier(once, {{7, 7}});
  CHECK(only_finding(once.judge()).cause == "ruler-cannot-reach-alertmanager");
}

TEST_CASE("A ruler that drops is told beneath the Alertmanager that is down") {
  auto stack = alerting_stack();
  stack.failed("alertmanager", alertmanager_address, Reason::refused);
  notifier(stack, {{50, 0}, {50, 1}});
  CHECK(only_finding(stack.judge()).cause == "alertmanager-down");
  CHECK_THAT(only_finding(stack.judge()).consequences.back(), Contains("the ruler drops alerts"));
}

TEST_CASE("Neither drops of a restart nor those of long ago mean that no Alertmanager is reached") {
  auto arrives = alerting_stack();
  notifier(arrives, {{50, 3}, {50, 4}});
  CHECK(causes_of(arrives.judge()).empty());  // what fires is there

  auto restarted = without_alerts();
  restarted.up_since = now - minutes(1);
  auto stack = with_alertmanager(restarted);
  notifier(stack, {{50, 0}, {50, 1}});
  CHECK(causes_of(stack.judge()).empty());
  CHECK(criterion(stack.judge(), watchdog_arrives) == State::unknown);

  Watched unasked = alerting_stack();
  unasked.alerting().alertmanager.reset();
  notifier(unasked, {{50, 0}, {50, 1}, {51, 1}, {52, 1}, {53, 1}});
  CHECK(causes_of(unasked.judge()).empty());
}

TEST_CASE("Without an Alertmanager to ask, drops count once they go on for minutes and nothing is sent") {
  Watched stack = alerting_stack();
  stack.alerting().alertmanager.reset();
  notifier(stack, {{50, 0}, {51, 1}, {52, 2}});
  CHECK(causes_of(stack.judge()).empty());
  Watched longer = alerting_stack();
  longer.alerting().alertmanager.reset();
  notifier(longer, {{50, 0}, {51, 1}, {52, 2}, {53, 3}, {54, 4}});
  CHECK(causes_of(longer.judge()) == Causes{"ruler-cannot-reach-alertmanager"});

  Watched young = alerting_stack();
  young.alerting().alertmanager.reset();
  notifier(young, {{2, 2}}, minutes(1));
  CHECK(causes_of(young.judge()).empty());
  notifier(young, {{2, 2}}, minutes(10));
  CHECK(causes_of(young.judge()) == Causes{"ruler-cannot-reach-alertmanager"});
}

TEST_CASE("A watchdog that has no rule, does not fire, or does not arrive is missing") {
  auto rules = healthy_rules();
  rules.watchdog.reset();
  rules.lacks_watchdog = true;
  CHECK_THAT(only_finding(with_rules(rules).judge()).summary, Contains("no rule of the name Watchdog"));
  CHECK(only_finding(with_rules(rules).judge()).subject == "Watchdog");

  rules = healthy_rules();
  rules.watchdog->state = "inactive";
  rules.watchdog->expression = "up == 0";
  CHECK_THAT(only_finding(with_rules(rules).judge()).summary, Contains("does not fire: it is inactive"));
  rules.watchdog->health = "unknown";
  CHECK(causes_of(with_rules(rules).judge()).empty());  // just loaded

  const auto verdict = with_alertmanager(without_alerts()).judge();
  CHECK(only_finding(verdict).cause == "watchdog-alert-missing");
  CHECK_THAT(only_finding(verdict).summary, Contains("the Alertmanager does not have it"));
  CHECK_FALSE(only_finding(verdict).alternatives.empty());
  CHECK(criterion(verdict, watchdog_arrives) == State::broken);
}

TEST_CASE("A watchdog that fires only since a moment may still be on its way") {
  auto stack = with_alertmanager(without_alerts());
  auto rules = healthy_rules();
  rules.alerts.front().active_since = now - minutes(1);
  stack.found("ruler_rules", ruler_address, rules);
  CHECK(causes_of(stack.judge()).empty());
}

TEST_CASE("Notifications that fail are told by integration") {
  auto stack = alerting_stack();
  notifications(stack, {{10, 0}, {11, 1}, {12, 2}});
  const auto verdict = stack.judge();
  CHECK(only_finding(verdict).cause == "notification-failing");
  CHECK_THAT(only_finding(verdict).summary, Contains("webhook (2 of 12 failed)") && !Contains("email"));

  auto once = alerting_stack();
  notifications(once, {{12, 12}});
  CHECK(only_finding(once.judge()).cause == "notification-failing");
}

TEST_CASE("A few notifications that failed among many, or long ago, are no finding") {
  auto few = alerting_stack();
  notifications(few, {{10, 0}, {15, 1}, {20, 1}});
  CHECK(causes_of(few.judge()).empty());
  auto before = alerting_stack();
  notifications(before, {{12, 5}});
  CHECK(causes_of(before.judge()).empty());
  auto nothing_to_tell = healthy_alertmanager();
  nothing_to_tell.alerts.front().state = "suppressed";
  auto idle = with_alertmanager(nothing_to_tell);
  notifications(idle, {{12, 12}});
  CHECK(causes_of(idle.judge()).empty());
}

TEST_CASE("A silence of long ago, or for long, that hides a firing alert is told with its author and end") {
  auto state = healthy_alertmanager();
  state.alerts.push_back({"Down", "critical", "suppressed", {"s1"}, {}, now - hours(1)});
  state.silences = {{"s1", "eve", "disks", now - hours(30), now + hours(2)}};
  const auto verdict = with_alertmanager(state).judge();
  const auto& finding = only_finding(verdict);
  CHECK(finding.cause == "silence-or-inhibition-left");
  CHECK(finding.severity == Severity::warning);
  CHECK_THAT(finding.summary, Contains("Down, by a silence of eve (disks) until 2026-"));
  CHECK(verdict.state == State::healthy);

  state.silences = {{"s1", "eve", "disks", now - hours(1), now + hours(700)}};
  CHECK(causes_of(with_alertmanager(state).judge()) == Causes{"silence-or-inhibition-left"});
}

TEST_CASE("A silence of a maintenance, or of what does not matter, is no finding") {
  auto state = healthy_alertmanager();
  state.alerts.push_back({"Down", "critical", "suppressed", {"s1"}, {}, now - hours(1)});
  state.silences = {{"s1", "eve", "disks", now - hours(1), now + hours(8)}};
  CHECK(causes_of(with_alertmanager(state).judge()).empty());
  state.silences = {{"s1", "eve", "disks", now - hours(30), now + hours(700)}};
  state.alerts.back().severity = "info";
  CHECK(causes_of(with_alertmanager(state).judge()).empty());
  state.alerts.pop_back();
  CHECK(causes_of(with_alertmanager(state).judge()).empty());
  state.alerts.front() = {"Watchdog", "none", "suppressed", {"s1"}, {}, now - hours(5)};
  CHECK(causes_of(with_alertmanager(state).judge()) == Causes{"silence-or-inhibition-left"});
}

TEST_CASE("An inhibition is told once it has lasted for a day") {
  auto state = healthy_alertmanager();
  state.alerts.push_back({"Down", "critical", "suppressed", {}, {"8b006a534fef00ca"}, now - hours(2)});
  CHECK(causes_of(with_alertmanager(state).judge()).empty());
  state.alerts.back().since = now - hours(30);
  CHECK(only_finding(with_alertmanager(state).judge()).severity == Severity::info);
}

}  // namespace lgtmwatch
