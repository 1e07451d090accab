#include "probes/loki/loki_component.hpp"

#include "probes/component.hpp"

namespace lgtmwatch {

Probes make_loki_ready(const StackPlan& stack) {
  return ready_probe(stack, Component::loki, stack.loki ? &*stack.loki : nullptr, "/ready");
}

Probes make_loki_build_info(const StackPlan& stack) {
  return build_info_probe(stack, Component::loki, stack.loki ? &*stack.loki : nullptr, "/loki/api/v1/status/buildinfo");
}

}  // namespace lgtmwatch
