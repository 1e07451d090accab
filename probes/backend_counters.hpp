// What a backend counts of its own ingestion: items received and items discarded with the backend's reason. Shared by
// loki_metrics, tempo_metrics and mimir_metrics; each names its families.
//
// Asks GET /metrics, which needs no tenant. Where a tenant is configured only its series are ours; what all others
// received is kept apart, so that telemetry that goes to another tenant is seen. Where multi-tenancy is off the backend
// writes the name of its only tenant, whatever we send. 404, or a body without the families,
// is no finding: not every proxy lets /metrics through.
#pragma once

#include <string_view>
#include <vector>

#include "probes/probe.hpp"

namespace lgtmwatch {

// The families of one kind of backend.
struct BackendFamilies {
  Signal signal = Signal::logs;
  std::vector<std::string_view> received;
  std::vector<std::string_view> discarded;
  std::string_view tenant_label;  // empty where it knows no tenants
  std::string_view name_prefix;   // of its families: without any, this is something else's /metrics
};

// tenant: ours, "" for the sum of all.
Result<BackendCounters> parse_backend_counters(std::string_view body, Component backend,
                                               const BackendFamilies& families, const std::string& tenant);

Probes backend_counters_probe(const StackPlan& stack, Component component, const ComponentPlan* asked,
                              BackendFamilies families);

}  // namespace lgtmwatch
