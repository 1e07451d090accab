// Backends that take telemetry and do not answer questions about it.
#include <fmt/format.h>

#include <algorithm>

#include "diagnosis/canaries.hpp"
#include "diagnosis/findings.hpp"
#include "diagnosis/query.hpp"

namespace lgtmwatch {
namespace {

std::vector<std::string> remedy_for(const std::string& cause, Component backend) {
  if (cause == "loki-too-many-outstanding")
    return {
        "raise max_outstanding_per_tenant (query_scheduler or frontend), or lower what a query is split into: "
        "split_queries_by_interval, and parallelise_shardable_queries: false on a single small Loki"};
  if (cause == "query-limits-or-timeout")
    return {
        fmt::format("raise the limit that the answer names in {}'s limits, or ask narrower: a shorter range, a "
                    "selector that fits fewer streams or series",
                    display_name(backend))};
  return {
      "read what Tempo answered, below, and its log at that moment: a block that is broken, or a live store or querier "
      "that fails; people find traces by search alone"};
}

bool is_found_by_id(const View& view) {
  const auto& routes = view.canaries();
  return std::any_of(routes.begin(), routes.end(), [&](const CanaryRouteFacts& route) {
    return route.plan->signal == Signal::traces && canary_state(view, route) == State::healthy;
  });
}

std::string summary_of(const View& view, const QueryFault& fault, Component backend) {
  const auto& what = fault.run->failure->what;
  if (fault.cause == "loki-too-many-outstanding")
    return "Loki refuses queries because too many wait already, so nobody sees logs: " + what;
  if (fault.cause == "query-limits-or-timeout")
    return fmt::format("{} refuses a query over a limit: {}", display_name(backend), what);
  return fmt::format("Tempo's search fails, {}: {}",
                     is_found_by_id(view) ? "while it gives traces by their id"
                                          : "and whether it gives traces by their id is not known",
                     what);
}

Finding query_finding(const View& view, const QueryFault& fault, Component backend) {
  Finding finding;
  finding.cause = fault.cause;
  finding.subject = std::string(to_string(backend));
  finding.stage = Stage::query;
  finding.signals = {signal_of(backend)};
  finding.summary = summary_of(view, fault, backend);
  finding.evidence = evidence_of(fault.run);
  finding.remedy = remedy_for(fault.cause, backend);
  const bool is_certain = fault.cause != "tempo-search-broken-by-id-works" || is_found_by_id(view);
  if (!is_certain) {
    finding.alternatives = {"disk-full-any-backend", "ring-unhealthy-after-restart"};
    finding.remedy.emplace_back("ask for a trace that you know by its id: if that comes, it is the search alone");
  }
  return finding;
}

}  // namespace

void find_query_faults(const View& view, Diagnosis& diagnosis) {
  for (const auto backend : {Component::mimir, Component::loki, Component::tempo}) {
    const auto fault = query_fault(view, backend);
    if (!fault) continue;
    auto finding = query_finding(view, *fault, backend);
    if (auto* root = trouble_of_backend(diagnosis, backend)) {
      root->consequences.push_back(fmt::format("{}: {}", finding.cause, finding.summary));
    } else {
      diagnosis.findings.push_back(std::move(finding));
    }
  }
}

}  // namespace lgtmwatch
