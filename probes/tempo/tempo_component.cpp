#include "probes/tempo/tempo_component.hpp"

#include "probes/component.hpp"

namespace lgtmwatch {

Probes make_tempo_ready(const StackPlan& stack) {
  return ready_probe(stack, Component::tempo, stack.tempo ? &*stack.tempo : nullptr, "/ready");
}

Probes make_tempo_build_info(const StackPlan& stack) {
  return build_info_probe(stack, Component::tempo, stack.tempo ? &*stack.tempo : nullptr, "/api/status/buildinfo");
}

}  // namespace lgtmwatch
