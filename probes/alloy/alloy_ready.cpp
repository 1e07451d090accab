#include "probes/alloy/alloy_ready.hpp"

#include "probes/readiness.hpp"

namespace lgtmwatch {

Probes make_alloy_ready(const StackPlan& stack) {
  Probes probes;
  for (const auto& alloy : stack.alloys) {
    auto plan = plan_for(stack, "alloy_ready", alloy.name, Component::alloy, alloy);
    probes.push_back(make_readiness_probe(std::move(plan), "/-/ready"));
  }
  return probes;
}

}  // namespace lgtmwatch
