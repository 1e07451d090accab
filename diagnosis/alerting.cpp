#include "diagnosis/alerting.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace lgtmwatch {
namespace {

bool has_any(const std::vector<Finding>& findings, std::initializer_list<std::string_view> causes) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return std::find(causes.begin(), causes.end(), finding.cause) != causes.end();
  });
}

std::string called(const std::vector<std::string>& groups) {
  if (groups.empty()) return "the ruler has rules";
  return fmt::format("the ruler has the rule group{} {}", groups.size() == 1 ? "" : "s", fmt::join(groups, ", "));
}

Criterion rules_criterion(const AlertWay& way, const std::vector<Finding>& findings) {
  Criterion criterion{called(way.plan().rule_groups), State::unknown};
  if (way.rules().value()) criterion.state = State::healthy;
  if (has_any(findings, {"ruler-evaluation-missed"})) criterion.state = State::degraded;
  if (has_any(findings, {"ruler-rules-not-loaded"})) criterion.state = State::broken;
  return criterion;
}

Criterion metrics_criterion(const AlertWay& way, const std::vector<Finding>& findings) {
  Criterion criterion{"the metrics of alert rules exist", State::unknown};
  const auto* found = way.metrics().value();
  const auto* rules = way.rules().value();
  if (found && found->absent.empty() && found->not_asked == 0 && (!rules || rules->left_out == 0))
    criterion.state = State::healthy;
  if (found && found->not_asked > 0) criterion.note = fmt::format("{} not asked", found->not_asked);
  if (has_any(findings, {"rule-on-absent-metric"})) criterion.state = State::degraded;
  return criterion;
}

Criterion alertmanager_criterion(const AlertWay& way) {
  const auto* found = way.alertmanager().value();
  const auto* error = way.alertmanager().error();
  Criterion criterion{"alertmanager answers and is configured", State::unknown};
  if (found) criterion.state = found->missing.empty() ? State::healthy : State::broken;
  if (error && did_not_answer(*error) && !way.is_alertmanager_away()) criterion.state = State::broken;
  return criterion;
}

// Healthy where it was seen at the last place where it can be seen.
Criterion watchdog_criterion(const AlertWay& way, const std::vector<Finding>& findings) {
  const bool at_the_end = way.plan().alertmanager.has_value();
  Criterion criterion{fmt::format("the alert {} {}", way.plan().watchdog,
                                  at_the_end ? "reaches the alertmanager" : "fires in the ruler"),
                      State::unknown};
  const auto* found = way.alertmanager().value();
  const auto* rules = way.rules().value();
  if (at_the_end && found && found->missing.empty() && !found->lacks_watchdog) criterion.state = State::healthy;
  if (!at_the_end && rules && rules->watchdog && rules->watchdog->state == "firing") criterion.state = State::healthy;
  if (has_any(findings, {"watchdog-alert-missing", "ruler-cannot-reach-alertmanager"})) criterion.state = State::broken;
  if (rules && rules->lacks_watchdog) criterion.state = State::broken;
  return criterion;
}

}  // namespace

Seen<RulerRules> AlertWay::rules() const {
  return view_.settled<RulerRules>("ruler_rules", view_.address(Component::mimir));
}

Seen<RuleMetrics> AlertWay::metrics() const {
  return view_.settled<RuleMetrics>("rule_metrics", view_.address(Component::mimir));
}

Seen<AlertmanagerState> AlertWay::alertmanager() const {
  if (!plan_.alertmanager) return {};
  return view_.settled<AlertmanagerState>("alertmanager", plan_.alertmanager->endpoint.url.address());
}

const CounterWindows* AlertWay::ruler_counters() const {
  return view_.counters("mimir_metrics", view_.address(Component::mimir));
}

const CounterWindows* AlertWay::notification_counters() const {
  if (!plan_.alertmanager) return nullptr;
  return view_.counters("alertmanager_metrics", plan_.alertmanager->endpoint.url.address());
}

bool AlertWay::is_ruler_away() const {
  const auto address = view_.address(Component::mimir);
  if (address.empty()) return false;
  return view_.silence(Component::mimir) || view_.is_in_doubt("mimir_ready", address) ||
         view_.is_recovering(Component::mimir);
}

bool AlertWay::is_alertmanager_away() const {
  return plan_.alertmanager && plan_.alertmanager->endpoint.url.address() == view_.address(Component::mimir) &&
         is_ruler_away();
}

Duration AlertWay::grace() const {
  constexpr Duration resent = std::chrono::minutes(2);
  Duration longest{};
  if (const auto* found = rules().value())
    for (const auto& group : found->groups) longest = std::max(longest, group.interval);
  return resent + 2 * longest;
}

std::vector<const AlertRule*> AlertWay::firing_rules() const {
  std::vector<const AlertRule*> firing;
  const auto seen = rules();
  if (!seen.value()) return firing;
  for (const auto& rule : seen.value()->alerts)
    if (rule.state == "firing" && rule.active_since && seen.run()->at - *rule.active_since >= grace())
      firing.push_back(&rule);
  return firing;
}

bool AlertWay::are_rules_in_doubt() const {
  const auto address = view_.address(Component::mimir);
  return view_.is_in_doubt("ruler_rules", address) ||
         view_.precedes_recovery(alertmanager().run(), "ruler_rules", address);
}

bool AlertWay::is_alertmanager_settled() const {
  const auto seen = alertmanager();
  if (!seen.value() || !seen.value()->missing.empty()) return false;
  return seen.value()->up_since && seen.run()->at - *seen.value()->up_since >= grace();
}

Finding alert_finding(std::string cause, std::string subject, Severity severity) {
  Finding finding;
  finding.cause = std::move(cause);
  finding.subject = std::move(subject);
  finding.stage = Stage::alert;
  finding.severity = severity;
  finding.state = severity == Severity::critical ? State::broken : State::degraded;
  return finding;
}

Finding* finding_among(Diagnosis& diagnosis, std::initializer_list<std::string_view> causes) {
  const auto found = std::find_if(diagnosis.findings.begin(), diagnosis.findings.end(), [&](const Finding& finding) {
    return std::find(causes.begin(), causes.end(), finding.cause) != causes.end();
  });
  return found == diagnosis.findings.end() ? nullptr : &*found;
}

Finding* unreadable_mimir(Diagnosis& diagnosis) {
  for (auto& finding : diagnosis.findings)
    if (finding.stage == Stage::watch && finding.subject == to_string(Component::mimir)) return &finding;
  return nullptr;
}

std::vector<Criterion> alerting_criteria(const View& view, const std::vector<Finding>& findings) {
  std::vector<Criterion> criteria;
  if (!view.plan().alerting) return criteria;
  const AlertWay way(view);
  if (way.plan().asks_ruler) {
    criteria.push_back(rules_criterion(way, findings));
    criteria.push_back(metrics_criterion(way, findings));
  }
  if (way.plan().alertmanager) criteria.push_back(alertmanager_criterion(way));
  if (!way.plan().watchdog.empty()) criteria.push_back(watchdog_criterion(way, findings));
  return criteria;
}

}  // namespace lgtmwatch
