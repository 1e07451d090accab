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
  BackendFamilies families{
      Signal::logs, {"loki_distributor_lines_received_total"}, {"loki_discarded_samples_total"}, "tenant", "loki_"};
  families.stored = {"loki_ingester_chunks_flushed_total"};
  families.failures = {{"loki_ingester_chunks_flush_failures_total", "chunk flush"},
                       {"loki_ingester_wal_disk_full_failures_total", "full disk"},
                       {"loki_ingester_wal_corruptions_total", "corrupt segment"}};
  families.gauges = {{"loki_ingester_wal_disk_usage_percent", GaugeKind::disk_usage},
                     {"loki_ingester_wal_replay_active", GaugeKind::replaying},
                     {"loki_ingester_flush_queue_length", GaugeKind::flush_queue}};
  families.ring = "loki_ring_members";
  return backend_counters_probe(stack, Component::loki, stack.loki ? &*stack.loki : nullptr, families);
}

}  // namespace lgtmwatch
