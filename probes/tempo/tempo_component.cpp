#include "probes/tempo/tempo_component.hpp"

#include "probes/backend_counters.hpp"
#include "probes/component.hpp"

namespace lgtmwatch {

Probes make_tempo_ready(const StackPlan& stack) {
  return ready_probe(stack, Component::tempo, stack.tempo ? &*stack.tempo : nullptr, "/ready");
}

Probes make_tempo_build_info(const StackPlan& stack) {
  return build_info_probe(stack, Component::tempo, stack.tempo ? &*stack.tempo : nullptr, "/api/status/buildinfo");
}

Probes make_tempo_metrics(const StackPlan& stack) {
  BackendFamilies families{
      Signal::traces, {"tempo_distributor_spans_received_total"}, {"tempo_discarded_spans_total"}, "tenant", "tempo_"};
  families.stored = {"tempo_live_store_local_blocks_flushed_total", "tempo_ingester_blocks_flushed_total"};
  families.failures = {{"tempo_live_store_local_failed_flushes_total", "block flush"},
                       {"tempo_ingester_failed_flushes_total", "block flush"},
                       {"tempo_live_store_failed_completions_total", "block completion"}};
  families.ring = "tempo_ring_members";
  return backend_counters_probe(stack, Component::tempo, stack.tempo ? &*stack.tempo : nullptr, families);
}

}  // namespace lgtmwatch
