// Plan -> YAML, as check-config shows it: every default filled in, every secret masked.
#pragma once

#include <string>

#include "daemon/model/plan.hpp"

namespace lgtmwatch {

// Loads again without errors, as far as its files can be read.
std::string effective_yaml(const Plan& plan, Duration interval);

}  // namespace lgtmwatch
