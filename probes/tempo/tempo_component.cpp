#include "probes/tempo/tempo_component.hpp"

#include "probes/build_info.hpp"
#include "probes/readiness.hpp"

namespace lgtmwatch {

Probes make_tempo_ready(const StackPlan& stack) {
  Probes probes;
  if (!stack.tempo) return probes;
  auto plan = plan_for(stack, "tempo_ready", stack.tempo->endpoint.url.address(), Component::tempo, *stack.tempo);
  probes.push_back(make_readiness_probe(std::move(plan), "/ready"));
  return probes;
}

Probes make_tempo_build_info(const StackPlan& stack) {
  Probes probes;
  if (!stack.tempo) return probes;
  auto plan = plan_for(stack, "tempo_build_info", stack.tempo->endpoint.url.address(), Component::tempo, *stack.tempo);
  probes.push_back(make_build_info_probe(std::move(plan), "/api/status/buildinfo"));
  return probes;
}

}  // namespace lgtmwatch
