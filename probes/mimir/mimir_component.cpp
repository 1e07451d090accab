#include "probes/mimir/mimir_component.hpp"

#include "probes/build_info.hpp"
#include "probes/readiness.hpp"

namespace lgtmwatch {

Probes make_mimir_ready(const StackPlan& stack) {
  Probes probes;
  if (!stack.mimir) return probes;
  auto plan = plan_for(stack, "mimir_ready", stack.mimir->endpoint.url.address(), Component::mimir, *stack.mimir);
  probes.push_back(make_readiness_probe(std::move(plan), stack.mimir->ready_path));
  return probes;
}

Probes make_mimir_build_info(const StackPlan& stack) {
  Probes probes;
  if (!stack.mimir) return probes;
  auto plan = plan_for(stack, "mimir_build_info", stack.mimir->endpoint.url.address(), Component::mimir, *stack.mimir);
  probes.push_back(make_build_info_probe(std::move(plan), stack.mimir->api_prefix + "/api/v1/status/buildinfo"));
  return probes;
}

}  // namespace lgtmwatch
