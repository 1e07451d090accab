// ruler_rules: which rules are loaded, and what state are they in?
//
// Where `alerting` is configured and the stack has a Mimir (or Prometheus, or Cortex). Asks GET PREFIX/api/v1/rules
// once in the interval, with the tenant of Mimir: the ruler answers from memory.
#pragma once

#include "probes/probe.hpp"

namespace lgtmwatch {

Probes make_ruler_rules(const StackPlan& stack);

}  // namespace lgtmwatch
