#include "probes/loki/loki_component.hpp"

#include "probes/backend_counters.hpp"
#include "probes/component.hpp"

namespace lgtmwatch {

Probes make_loki_ready(const StackPlan& stack) {
  return ready_probe(stack, Component::loki, stack.loki ? &*stack.loki : nullptr, "/ready");
}

Probes make_loki_build_info(const StackPlan& stack) {
  return build_info_probe(stack, Component::loki, stack.loki ? &*stack.loki : nullptr, "/loki/api/v1/status/buildinfo");
}

Probes make_loki_metrics(const StackPlan& stack) {
  const BackendFamilies families{
      Signal::logs, {"loki_distributor_lines_received_total"}, {"loki_discarded_samples_total"}, "tenant", "loki_"};
  return backend_counters_probe(stack, Component::loki, stack.loki ? &*stack.loki : nullptr, families);
}

}  // namespace lgtmwatch
