#include "probes/mimir/mimir_component.hpp"

#include "probes/component.hpp"

namespace lgtmwatch {

Probes make_mimir_ready(const StackPlan& stack) {
  if (!stack.mimir) return {};
  return ready_probe(stack, Component::mimir, &*stack.mimir, stack.mimir->ready_path);
}

Probes make_mimir_build_info(const StackPlan& stack) {
  if (!stack.mimir) return {};
  return build_info_probe(stack, Component::mimir, &*stack.mimir, stack.mimir->api_prefix + "/api/v1/status/buildinfo");
}

}  // namespace lgtmwatch
