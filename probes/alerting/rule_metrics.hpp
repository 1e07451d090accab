// rule_metrics: do the metrics exist that the loaded alert rules ask for?
//
// Where `alerting` is configured and the stack has a Mimir (or Prometheus, or Cortex). Asks for the rules, as
// ruler_rules does, and for each metric of a rule that is inactive and healthy GET PREFIX/api/v1/query with
// count(METRIC); where that is empty, count(last_over_time(METRIC[1h])). Each once, at most 100 in a run, once in a
// minute at most.
#pragma once

#include "daemon/model/alerting.hpp"
#include "probes/probe.hpp"

namespace lgtmwatch {

// What has to be asked: each selector once, with the rules that ask for it ("Group/Alert").
struct RuleQuestion {
  std::string selector;
  std::vector<std::string> rules;
};
std::vector<RuleQuestion> rule_questions(const RulerRules& rules);

// Of those that nothing was found for, the ones without which a rule cannot fire, each with these rules alone.
std::vector<RuleQuestion> needed_by_rules(const RulerRules& rules, const std::vector<RuleQuestion>& absent);

Probes make_rule_metrics(const StackPlan& stack);

}  // namespace lgtmwatch
