// Plan -> YAML, as check-config shows it: every default filled in, every secret masked.
#pragma once

#include <string>
#include <vector>

#include "daemon/model/discovery_plan.hpp"
#include "daemon/model/notify_plan.hpp"
#include "daemon/model/plan.hpp"

namespace lgtmwatch {

// The names of all routes that canaries of the stack could take, used or not.
std::vector<std::string> possible_routes(const StackPlan& stack);

// Of the stacks those that are listed, the first ones of the plan, and where the others come from.
// Loads again without errors, as far as its files can be read.
std::string effective_yaml(const Plan& plan, std::size_t listed, const DiscoveryPlan& discovery,
                           const NotifyPlan& notify, Duration interval);

}  // namespace lgtmwatch
