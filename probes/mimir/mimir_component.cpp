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
  BackendFamilies of_mimir{Signal::metrics,
                           {"cortex_distributor_received_samples_total"},
                           {"cortex_discarded_samples_total"},
                           "user",
                           "cortex_"};
  of_mimir.stored = {"cortex_ingester_tsdb_compactions_total"};
  of_mimir.failures = {{"cortex_ingester_tsdb_compactions_failed_total", "head compaction"},
                       {"cortex_ingester_tsdb_wal_writes_failed_total", "write-ahead log"},
                       {"cortex_ingester_tsdb_wal_corruptions_total", "corrupt segment"}};
  of_mimir.ring = "cortex_ring_members";
  BackendFamilies of_prometheus{Signal::metrics,
                                {"prometheus_tsdb_head_samples_appended_total"},
                                {"prometheus_tsdb_out_of_order_samples_total", "prometheus_tsdb_too_old_samples_total"},
                                "",
                                "prometheus_tsdb_"};
  of_prometheus.stored = {"prometheus_tsdb_compactions_total"};
  of_prometheus.failures = {{"prometheus_tsdb_compactions_failed_total", "head compaction"},
                            {"prometheus_tsdb_wal_writes_failed_total", "write-ahead log"},
                            {"prometheus_tsdb_wal_corruptions_total", "corrupt segment"}};
  if (stack.alerting) {
    of_mimir.alerts_prefix = "cortex_prometheus_notifications_";
    of_prometheus.alerts_prefix = "prometheus_notifications_";
  }
  if (!stack.mimir) return {};
  const bool prometheus = stack.mimir->kind == MimirKind::prometheus;
  return backend_counters_probe(stack, Component::mimir, &*stack.mimir, prometheus ? of_prometheus : of_mimir);
}

}  // namespace lgtmwatch
