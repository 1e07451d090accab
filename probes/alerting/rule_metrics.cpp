#include "probes/alerting/rule_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "probes/alerting/promql_metrics.hpp"
#include "probes/alerting/rules_body.hpp"
#include "probes/mimir/mimir_api.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_questions = 100;

bool is_waiting(const AlertRule& rule) { return rule.state == "inactive" && rule.health == "ok"; }

std::string called(const AlertRule& rule) { return rule.group + "/" + rule.name; }

class RuleMetricsProbe final : public Probe {
 public:
  // patience: with a single request.
  RuleMetricsProbe(ProbePlan plan, const MimirPlan& mimir, AlertingPlan alerting, Duration patience)
      : Probe(std::move(plan)), mimir_(mimir), alerting_(std::move(alerting)), patience_(patience) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    auto rules = co_await ask_rules(asker, mimir_.api_prefix, plan().endpoint.url.address(), alerting_);
    if (!rules) co_return rules.error();
    RuleMetrics found;
    auto questions = rule_questions(*rules);
    if (questions.size() > most_questions) found.not_asked += questions.size() - most_questions;
    questions.resize(std::min(questions.size(), most_questions));
    asker.give_each_request(patience_);
    std::vector<RuleQuestion> absent;
    for (auto& question : questions) {
      const auto first = asker.exchanges();
      const auto there = co_await is_there(asker, question.selector);
      if (there.has_value() && !*there) {
        found.absent.push_back({question.selector, {}, first, asker.exchanges()});
        absent.push_back(std::move(question));
        ++found.asked;
        continue;
      }
      ++(there ? found.asked : found.not_asked);
      asker.forget_exchanges_from(first);
    }
    keep_needed(found, needed_by_rules(*rules, absent));
    co_return found;
  }

 private:
  // Nothing within the hour: a short outage is no absence.
  boost::asio::awaitable<std::optional<bool>> is_there(Asker& asker, std::string selector) const {
    auto now = co_await has_any(asker, fmt::format("count({})", selector));
    if (!now || *now) co_return now;
    co_return co_await has_any(asker, fmt::format("count(last_over_time({}[1h]))", selector));
  }

  boost::asio::awaitable<std::optional<bool>> has_any(Asker& asker, std::string query) const {
    auto response = co_await asker.ask_ok(HttpRequest(instant_query(mimir_, query, asker.now())));
    if (!response) co_return std::nullopt;
    const auto counted = parse_vector(response->body);
    if (!counted) co_return std::nullopt;
    co_return !counted->empty();
  }

  static void keep_needed(RuleMetrics& found, const std::vector<RuleQuestion>& needed) {
    std::vector<AbsentMetric> kept;
    for (auto& absent : found.absent) {
      const auto is_it = [&](const RuleQuestion& each) { return each.selector == absent.selector; };
      const auto question = std::find_if(needed.begin(), needed.end(), is_it);
      if (question == needed.end()) continue;
      absent.rules = question->rules;
      kept.push_back(std::move(absent));
    }
    found.absent = std::move(kept);
  }

  MimirPlan mimir_;
  AlertingPlan alerting_;
  Duration patience_;
};

void add(std::vector<RuleQuestion>& questions, const std::string& selector, const AlertRule& rule) {
  const auto is_it = [&](const RuleQuestion& each) { return each.selector == selector; };
  auto known = std::find_if(questions.begin(), questions.end(), is_it);
  if (known == questions.end()) known = questions.insert(questions.end(), {selector, {}});
  if (std::find(known->rules.begin(), known->rules.end(), called(rule)) == known->rules.end())
    known->rules.push_back(called(rule));
}

}  // namespace

std::vector<RuleQuestion> rule_questions(const RulerRules& rules) {
  std::vector<RuleQuestion> questions;
  for (const auto& rule : rules.alerts) {
    if (!is_waiting(rule)) continue;
    for (const auto& selector : metrics_asked_by(rule.expression).selectors)
      if (!may_be_rightly_absent(selector)) add(questions, selector, rule);
  }
  return questions;
}

std::vector<RuleQuestion> needed_by_rules(const RulerRules& rules, const std::vector<RuleQuestion>& absent) {
  std::set<std::string> gone;
  for (const auto& each : absent) gone.insert(each.selector);
  std::vector<RuleQuestion> needed;
  for (const auto& rule : rules.alerts) {
    if (!is_waiting(rule)) continue;
    const auto asked = metrics_asked_by(rule.expression);
    const auto is_gone = [&](const std::string& selector) { return gone.contains(selector); };
    if (asked.any_suffices && !std::all_of(asked.selectors.begin(), asked.selectors.end(), is_gone)) continue;
    for (const auto& selector : asked.selectors)
      if (is_gone(selector)) add(needed, selector, rule);
  }
  return needed;
}

Probes make_rule_metrics(const StackPlan& stack) {
  Probes probes;
  if (!stack.alerting || !stack.alerting->asks_ruler || !stack.mimir) return probes;
  auto plan = plan_for(stack, "rule_metrics", stack.mimir->endpoint.url.address(), Component::mimir, *stack.mimir);
  plan.interval = rule_metrics_interval(stack.mimir->interval);
  plan.timeout = std::min<Duration>(4 * stack.mimir->timeout, plan.interval);
  probes.push_back(
      std::make_unique<RuleMetricsProbe>(std::move(plan), *stack.mimir, *stack.alerting, stack.mimir->timeout));
  return probes;
}

}  // namespace lgtmwatch
