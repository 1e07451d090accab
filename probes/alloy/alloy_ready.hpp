// alloy_ready: GET /-/ready of every Alloy. 200 once the first configuration was loaded, and for ever after it.
#pragma once

#include "probes/probe.hpp"

namespace lgtmwatch {

Probes make_alloy_ready(const StackPlan& stack);

}  // namespace lgtmwatch
