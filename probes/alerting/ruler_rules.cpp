#include "probes/alerting/ruler_rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "probes/alerting/rules_body.hpp"

namespace lgtmwatch {
namespace {

class RulerRulesProbe final : public Probe {
 public:
  RulerRulesProbe(ProbePlan plan, std::string api_prefix, AlertingPlan alerting)
      : Probe(std::move(plan)), api_prefix_(std::move(api_prefix)), alerting_(std::move(alerting)) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    auto rules = co_await ask_rules(asker, api_prefix_, plan().endpoint.url.address(), alerting_);
    if (!rules) co_return rules.error();
    co_return *rules;
  }

 private:
  std::string api_prefix_;
  AlertingPlan alerting_;
};

}  // namespace

Probes make_ruler_rules(const StackPlan& stack) {
  Probes probes;
  if (!stack.alerting || !stack.alerting->asks_ruler || !stack.mimir) return probes;
  auto plan = plan_for(stack, "ruler_rules", stack.mimir->endpoint.url.address(), Component::mimir, *stack.mimir);
  plan.about = fmt::format("{} {}", fmt::join(stack.alerting->rule_groups, ","), stack.alerting->watchdog);
  probes.push_back(std::make_unique<RulerRulesProbe>(std::move(plan), stack.mimir->api_prefix, *stack.alerting));
  return probes;
}

}  // namespace lgtmwatch
