#include "daemon/config/check_settings.hpp"

namespace lgtmwatch {

void check_alerting(const StackSettings& stack, Diagnostics& diagnostics) {
  if (!stack.alerting) return;
  const auto& alerting = *stack.alerting;
  check_unique({alerting.rule_groups.begin(), alerting.rule_groups.end()}, "a rule group", diagnostics);
  if (stack.mimir) return;
  constexpr const char* hint = "give the stack a 'mimir', whose ruler is asked, or leave it out";
  if (alerting.ruler)
    diagnostics.error(alerting.ruler->place, "the stack has no mimir whose ruler could be asked", hint);
  if (!alerting.rule_groups.empty())
    diagnostics.error(alerting.rule_groups.front().place, "the stack has no mimir whose rules could be asked for",
                      hint);
  if (!alerting.ruler && alerting.rule_groups.empty() && !alerting.alertmanager)
    diagnostics.error(alerting.place, "there is nothing to look at on the way of alerts",
                      "give an 'alertmanager', or give the stack a 'mimir', whose ruler is asked");
}

}  // namespace lgtmwatch
