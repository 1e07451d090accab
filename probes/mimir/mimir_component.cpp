#include "probes/mimir/mimir_component.hpp"

#include "probes/backend_counters.hpp"
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

Probes make_mimir_metrics(const StackPlan& stack) {
  const BackendFamilies of_mimir{Signal::metrics,
                                 {"cortex_distributor_received_samples_total"},
                                 {"cortex_discarded_samples_total"},
                                 "user",
                                 "cortex_"};
  const BackendFamilies of_prometheus{
      Signal::metrics,
      {"prometheus_tsdb_head_samples_appended_total"},
      {"prometheus_tsdb_out_of_order_samples_total", "prometheus_tsdb_too_old_samples_total"},
      "",
      "prometheus_tsdb_"};
  if (!stack.mimir) return {};
  const bool prometheus = stack.mimir->kind == MimirKind::prometheus;
  return backend_counters_probe(stack, Component::mimir, &*stack.mimir, prometheus ? of_prometheus : of_mimir);
}

}  // namespace lgtmwatch
