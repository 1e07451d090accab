// The way of an alert, from the rule in the ruler to the Alertmanager: what its probes found, and what is said of it.
//
// It stands beside the paths: what fails there makes the stack worse, and no signal.
#pragma once

#include <vector>

#include "diagnosis/findings.hpp"

namespace lgtmwatch {

class AlertWay {
 public:
  // Only of a stack whose plan has `alerting`.
  explicit AlertWay(const View& view) : view_(view), plan_(*view.plan().alerting) {}

  const View& view() const { return view_; }
  const AlertingPlan& plan() const { return plan_; }
  Seen<RulerRules> rules() const;
  Seen<RuleMetrics> metrics() const;
  Seen<AlertmanagerState> alertmanager() const;
  // Of the ruler's notifier and of the Alertmanager; null where they cannot be read.
  const CounterWindows* ruler_counters() const;
  const CounterWindows* notification_counters() const;

  // Mimir, in which the ruler is, is away, not ready, or has just come back: that is told elsewhere.
  bool is_ruler_away() const;
  // The Alertmanager is a part of the Mimir that is away.
  bool is_alertmanager_away() const;

  // For how long the ruler may take until a firing alert is at the Alertmanager: it sends it once more every minute.
  Duration grace() const;
  // The rules that have been firing for longer than that; none where it is not known.
  std::vector<const AlertRule*> firing_rules() const;
  // Or better than when the Alertmanager was asked last.
  bool are_rules_in_doubt() const;
  // Known to be there for longer than that, so that the ruler has sent it all that fires.
  bool is_alertmanager_settled() const;

 private:
  const View& view_;
  const AlertingPlan& plan_;
};

// At the stage alert, broken where it is critical, else degraded; without signals and evidence.
Finding alert_finding(std::string cause, std::string subject, Severity severity);

// The finding of one of these causes that was found before; null where there is none.
Finding* finding_among(Diagnosis& diagnosis, std::initializer_list<std::string_view> causes);

// That lgtmwatch cannot read Mimir, which has been told; null where it can. Its ruler and its Alertmanager follow.
Finding* unreadable_mimir(Diagnosis& diagnosis);

// "the alert Watchdog reaches the alertmanager" and the like; none where `alerting` is not configured.
std::vector<Criterion> alerting_criteria(const View& view, const std::vector<Finding>& findings);

}  // namespace lgtmwatch
