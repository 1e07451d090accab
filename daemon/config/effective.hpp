// Plan -> YAML, as check-config shows it: every default filled in, every secret masked.
#pragma once

#include <string>
#include <vector>

#include "daemon/model/notify_plan.hpp"
#include "daemon/model/plan.hpp"

namespace lgtmwatch {

// The names of all routes that canaries of the stack could take, used or not.
std::vector<std::string> possible_routes(const StackPlan& stack);

// Loads again without errors, as far as its files can be read.
std::string effective_yaml(const Plan& plan, const NotifyPlan& notify, Duration interval);

}  // namespace lgtmwatch
