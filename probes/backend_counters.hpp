// What a backend counts of its own ingestion: items received, items discarded with the backend's reason, and what it
// fails at with its disk and its rings. Shared by loki_metrics, tempo_metrics and mimir_metrics; each names its
// families.
//
// Asks GET /metrics, which needs no tenant. Where a tenant is configured only its series are ours; what all others
// received is kept apart, so that telemetry that goes to another tenant is seen. Where multi-tenancy is off the backend
// writes the name of its only tenant, whatever we send. 404, or a body without the families,
// is no finding: not every proxy lets /metrics through.
//
// Only where a ring counts unhealthy members, its page is asked for their names.
#pragma once

#include <string_view>
#include <vector>

#include "probes/probe.hpp"

namespace lgtmwatch {

struct FailureFamily {
  std::string_view name;
  std::string_view what;  // "chunk flush"
};

struct GaugeFamily {
  std::string_view name;
  GaugeKind kind = GaugeKind::disk_usage;
};

// The families of one kind of backend.
struct BackendFamilies {
  Signal signal = Signal::logs;
  std::vector<std::string_view> received;
  std::vector<std::string_view> discarded;
  std::string_view tenant_label;  // empty where it knows no tenants
  std::string_view name_prefix;   // of its families: without any, this is something else's /metrics
  std::vector<std::string_view> stored{};
  std::vector<FailureFamily> failures{};
  std::vector<GaugeFamily> gauges{};
  std::string_view ring{};           // of its rings' members by name and state; empty where it has no rings
  std::string_view alerts_prefix{};  // of those of its ruler's notifier, up to notifications_…; empty: not asked for
};

// The tenant that is sent to the endpoint; "" for none.
std::string tenant_of(const Endpoint& endpoint);

// Whether a series of the tenant `found` is one of ours. Where multi-tenancy is off all are.
bool is_of_tenant(std::string_view found, const std::string& ours);

// tenant: ours, "" for the sum of all.
Result<BackendCounters> parse_backend_counters(std::string_view body, Component backend,
                                               const BackendFamilies& families, const std::string& tenant);

// The path of the page of a ring.
std::string ring_page(Component backend, const std::string& ring);
// The unhealthy members on such a page, asked for as JSON; none where it is no such page.
std::vector<RingMember> parse_ring(std::string_view body);

Probes backend_counters_probe(const StackPlan& stack, Component component, const ComponentPlan* asked,
                              BackendFamilies families);

}  // namespace lgtmwatch
