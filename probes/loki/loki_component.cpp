#include "probes/loki/loki_component.hpp"

#include "probes/build_info.hpp"
#include "probes/readiness.hpp"

namespace lgtmwatch {

Probes make_loki_ready(const StackPlan& stack) {
  Probes probes;
  if (!stack.loki) return probes;
  auto plan = plan_for(stack, "loki_ready", stack.loki->endpoint.url.address(), Component::loki, *stack.loki);
  probes.push_back(make_readiness_probe(std::move(plan), "/ready"));
  return probes;
}

Probes make_loki_build_info(const StackPlan& stack) {
  Probes probes;
  if (!stack.loki) return probes;
  auto plan = plan_for(stack, "loki_build_info", stack.loki->endpoint.url.address(), Component::loki, *stack.loki);
  probes.push_back(make_build_info_probe(std::move(plan), "/loki/api/v1/status/buildinfo"));
  return probes;
}

}  // namespace lgtmwatch
