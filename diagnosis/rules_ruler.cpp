// The ruler: rules that are not loaded, not evaluated, or ask for what does not exist.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "diagnosis/alerting.hpp"
#include "diagnosis/dashboards.hpp"
#include "diagnosis/unreadable.hpp"

namespace lgtmwatch {
namespace {

const char* how_rules_are_loaded(MimirKind kind) {
  if (kind == MimirKind::prometheus)
    return "name the file of the rules in `rule_files` of prometheus.yml, have it checked by promtool check rules, and "
           "reload Prometheus";
  return "load them for this tenant (mimirtool rules load), or put them where `ruler_storage.local.directory` leads, "
         "in "
         "a folder with the name of the tenant (`anonymous` where there are none)";
}

std::string what_is_not_loaded(const View& view, const RulerRules& found) {
  const auto name = display_name(Component::mimir);
  if (!found.has_ruler) return fmt::format("there is no ruler at {}: it answers 404", view.address(Component::mimir));
  if (found.groups.empty()) return fmt::format("the ruler of {} has no rules at all", name);
  std::vector<std::string> loaded;
  for (const auto& group : found.groups) loaded.push_back(group.name);
  return fmt::format("the ruler of {} has no rule group {}; it has {}", name, fmt::join(found.missing, ", "),
                     listed(loaded));
}

void find_unloaded_rules(const AlertWay& way, Diagnosis& diagnosis) {
  const auto& view = way.view();
  const auto seen = way.rules();
  if (seen.error()) {
    const auto* unknown = "whether the rules of its ruler are loaded and evaluated is unknown";
    if (auto* root = unreadable_mimir(diagnosis)) {
      root->consequences.emplace_back(unknown);
      return;
    }
    auto finding = unreadable({"the ruler", "ruler", "mimir", view.backend(Component::mimir)->endpoint}, *seen.error());
    finding.evidence = evidence_of(seen.run());
    finding.consequences.emplace_back(unknown);
    diagnosis.findings.push_back(std::move(finding));
    return;
  }
  const auto* found = seen.value();
  if (!found || (found->has_ruler && !found->groups.empty() && found->missing.empty())) return;
  auto finding = alert_finding("ruler-rules-not-loaded", "ruler", Severity::critical);
  finding.summary = what_is_not_loaded(view, *found);
  finding.evidence = evidence_of(seen.run());
  finding.remedy = {how_rules_are_loaded(view.plan().mimir->kind)};
  if (!found->has_ruler) finding.remedy = {"let the ruler run: it is part of `target: all`, else add `ruler`"};
  finding.alternatives = {"they belong to another tenant than the one that lgtmwatch asks for (`tenant`)"};
  if (!found->has_ruler) finding.alternatives = {"`mimir.kind` is wrong, and the rules are under another path"};
  diagnosis.findings.push_back(std::move(finding));
}

// Young telemetry is missing, and with it what the rules ask for.
Finding* explanation_of_absence(Diagnosis& diagnosis) {
  for (auto& finding : diagnosis.findings)
    if (concerns(finding, Signal::metrics) && finding.stage < Stage::visualize && finding.state >= State::degraded)
      return &finding;
  return nullptr;
}

void find_absent_metrics(const AlertWay& way, Diagnosis& diagnosis) {
  const auto seen = way.metrics();
  if (!seen.value() || seen.value()->absent.empty()) return;
  std::vector<std::string> rules;
  std::vector<std::string> selectors;
  auto finding = alert_finding("rule-on-absent-metric", "ruler", Severity::warning);
  for (const auto& absent : seen.value()->absent) {
    selectors.push_back(absent.selector);
    for (const auto& rule : absent.rules)
      if (std::find(rules.begin(), rules.end(), rule) == rules.end()) rules.push_back(rule);
    for (auto i = absent.asked_first; i < std::min(absent.asked_end, seen.run()->exchanges.size()); ++i)
      finding.evidence.push_back(evidence_line(seen.run()->exchanges[i]));
  }
  finding.summary = fmt::format(
      "{} {} never fire: {} no series within the last hour", listed(rules), rules.size() == 1 ? "can" : "can each",
      selectors.size() == 1 ? fmt::format("{} has", selectors.front()) : fmt::format("{} have", listed(selectors)));
  if (auto* root = explanation_of_absence(diagnosis)) {
    root->consequences.push_back(finding.summary);
    return;
  }
  finding.remedy = {
      "correct the name or the job in the rule: compare it with /api/v1/label/__name__/values. For what must exist, "
      "add "
      "a rule of its own: absent(METRIC{job=\"APP\"})"};
  finding.alternatives = {"the metric appears only with its first event, and there was none yet",
                          "source-silent: whoever exports it does not run"};
  diagnosis.findings.push_back(std::move(finding));
}

void find_missed_evaluations(const AlertWay& way, Diagnosis& diagnosis) {
  constexpr Duration least = std::chrono::minutes(2);
  const auto seen = way.rules();
  if (!seen.value()) return;
  std::vector<std::string> late;
  for (const auto& group : seen.value()->groups) {
    if (!group.evaluated) continue;
    const auto age = seen.run()->at - *group.evaluated;
    if (age > std::max(least, 3 * group.interval))
      late.push_back(fmt::format("{} ({} ago, interval {})", group.name, format_age(age), format_age(group.interval)));
  }
  if (late.empty()) return;
  auto finding = alert_finding("ruler-evaluation-missed", "ruler", Severity::warning);
  finding.summary = fmt::format("the ruler does not evaluate in time: {}", listed(late));
  finding.evidence = evidence_of(seen.run());
  finding.remedy = {
      "look at the ruler's log, its CPU, and prometheus_rule_group_last_duration_seconds of these groups; split a "
      "group "
      "that takes longer than its interval, or lengthen its `interval`"};
  finding.alternatives = {"the clocks of lgtmwatch and of the ruler differ"};
  diagnosis.findings.push_back(std::move(finding));
}

}  // namespace

void find_ruler_faults(const View& view, Diagnosis& diagnosis) {
  if (!view.plan().alerting || !view.plan().alerting->asks_ruler) return;
  const AlertWay way(view);
  if (way.is_ruler_away()) return;
  find_unloaded_rules(way, diagnosis);
  find_missed_evaluations(way, diagnosis);
  find_absent_metrics(way, diagnosis);
}

}  // namespace lgtmwatch
