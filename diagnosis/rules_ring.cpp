// Rings that still list an instance that is gone, or want more instances than there are.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "diagnosis/backend_writes.hpp"
#include "diagnosis/findings.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration grace = std::chrono::minutes(2);  // a member that leaves in a restart has left the ring by then

// In the words of Grafana's dskit, which Loki, Mimir and Tempo answer with 500.
constexpr std::array refusals{"live replicas required", "too many unhealthy instances in the ring"};

bool is_data_ring(const std::string& ring) {
  return ring == "ingester" || ring == "live-store" || ring == "store-gateway";
}

bool has_run_for_long(const View& view, const CounterWindows& windows) {
  return !windows.process_start || view.now() - *windows.process_start >= grace;
}

std::vector<RingMember> gone_members(const View& view, Component backend, const std::string& ring) {
  std::vector<RingMember> gone;
  const auto* facts = view.find(std::string(to_string(backend)) + "_metrics", view.address(backend));
  const auto* counters =
      facts && facts->last && facts->last->found ? std::get_if<BackendCounters>(&*facts->last->found) : nullptr;
  if (!counters) return gone;
  std::copy_if(counters->unhealthy.begin(), counters->unhealthy.end(), std::back_inserter(gone),
               [&](const RingMember& member) { return member.ring == ring; });
  return gone;
}

bool is_leaving(const View& view, const std::vector<RingMember>& members) {
  return !members.empty() && std::all_of(members.begin(), members.end(), [&](const RingMember& member) {
    return member.heard && view.now() - *member.heard < grace;
  });
}

std::string described(const View& view, const RingMember& member) {
  if (!member.heard) return fmt::format("{} ({})", member.id, member.address);
  return fmt::format("{} ({}, silent for {})", member.id, member.address, format_age(view.now() - *member.heard));
}

class RingFaults {
 public:
  RingFaults(const View& view, Component backend) : view_(view), backend_(backend), windows_(view.counters(backend)) {
    for (const auto* words : refusals)
      if (refusal_.empty()) refusal_ = said_lately(view, backend, words);
  }

  std::optional<Finding> find() const {
    for (const auto& gauge : windows_ ? windows_->gauges : std::vector<Gauge>())
      if (auto finding = of_ring(gauge)) return finding;
    if (refusal_.empty()) return std::nullopt;
    auto finding = made(State::broken);
    finding.summary = fmt::format("{} has too few live instances in its ring, and refuses what it is asked or sent",
                                  display_name(backend_));
    finding.remedy = {one_instance(), "look at its page /ring for the instances that it counts"};
    return finding;
  }

 private:
  std::optional<Finding> of_ring(const Gauge& gauge) const {
    const bool stays = gauge.kind == GaugeKind::ring_unhealthy && gauge.value > 0 && gauge.before.value_or(0) > 0;
    const auto members = gone_members(view_, backend_, gauge.subject);
    if (!stays || !has_run_for_long(view_, *windows_) || is_leaving(view_, members)) return std::nullopt;
    const bool fails = !refusal_.empty() || (is_data_ring(gauge.subject) && backend_writes(view_, backend_).fail);
    auto finding = made(fails ? State::broken : is_data_ring(gauge.subject) ? State::degraded : State::healthy);
    const auto* all = windows_->gauge(GaugeKind::ring_members, gauge.subject, signal_of(backend_));
    std::vector<std::string> names;
    for (const auto& member : members) names.push_back(described(view_, member));
    finding.summary =
        fmt::format("{} of {} members of the ring {} of {} are unhealthy{}{}{}", gauge.value,
                    all ? all->value : gauge.value, gauge.subject, display_name(backend_), names.empty() ? "" : ": ",
                    fmt::join(names, ", "), fails ? "; it refuses what it is asked or sent" : "");
    const auto url = view_.backend(backend_)->endpoint.url.text();
    finding.evidence.push_back(fmt::format("{}/metrics: {}_ring_members{{name=\"{}\",state=\"Unhealthy\"}} {}", url,
                                           backend_ == Component::mimir ? "cortex" : to_string(backend_), gauge.subject,
                                           gauge.value));
    const auto page = members.empty() ? std::string("/ring") : members.front().page;
    if (!members.empty())
      finding.evidence.push_back(
          fmt::format("curl -H 'Accept: application/json' '{}{}' → {}", url, page, fmt::join(names, ", ")));
    finding.remedy = {fmt::format("press \"Forget\" at the unhealthy instance on {}{}", url, page), one_instance()};
    return finding;
  }

  Finding made(State state) const {
    Finding finding;
    finding.cause = "ring-unhealthy-after-restart";
    finding.subject = std::string(to_string(backend_));
    finding.stage = Stage::ingest;
    finding.signals = {signal_of(backend_)};
    finding.state = state;
    finding.severity = state == State::broken     ? Severity::critical
                       : state == State::degraded ? Severity::warning
                                                  : Severity::info;
    if (!refusal_.empty()) finding.evidence.push_back(refusal_);
    return finding;
  }

  std::string one_instance() const {
    if (backend_ == Component::mimir)
      return "on one host set ingester.ring.replication_factor: 1, and a fixed ingester.ring.instance_addr: 127.0.0.1 "
             "with "
             "kvstore.store: inmemory, so that a new address makes no new instance";
    if (backend_ == Component::tempo)
      return "on one host set ingester.lifecycler.ring.replication_factor: 1 and kvstore.store: inmemory (Tempo 2)";
    return "on one host set common.replication_factor: 1, and common.ring.instance_addr: 127.0.0.1 with "
           "common.ring.kvstore.store: inmemory, so that a new address makes no new instance";
  }

  const View& view_;
  Component backend_;
  const CounterWindows* windows_;
  std::string refusal_;
};

}  // namespace

void find_ring_faults(const View& view, Diagnosis& diagnosis) {
  for (const auto backend : {Component::mimir, Component::loki, Component::tempo}) {
    if (!view.backend(backend) || view.silence(backend) || trouble_of_backend(diagnosis, backend)) continue;
    if (auto finding = RingFaults(view, backend).find()) diagnosis.findings.push_back(std::move(*finding));
  }
}

}  // namespace lgtmwatch
