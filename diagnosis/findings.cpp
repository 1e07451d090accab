#include "diagnosis/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lgtmwatch {

namespace {

// From what explains most to what explains least, see findings.hpp.
void find_faults_on_the_way(const View& view, Diagnosis& diagnosis) {
  find_alloy_faults(view, diagnosis);
  find_backend_faults(view, diagnosis);
  find_disk_faults(view, diagnosis);
  find_ring_faults(view, diagnosis);
  find_receiver_faults(view, diagnosis);
  find_discards(view, diagnosis);
  find_exporter_faults(view, diagnosis);
  find_refusals(view, diagnosis);
  find_silent_containers(view, diagnosis);
  find_requests_refused_at_door(view, diagnosis);
  find_blocked_writers(view, diagnosis);
  find_unread_containers(view, diagnosis);
  find_scraper_faults(view, diagnosis);
  find_scrape_faults(view, diagnosis);
  find_processor_drops(view, diagnosis);
  find_odd_records(view, diagnosis);
  find_tenant_mismatch(view, diagnosis);
  find_query_faults(view, diagnosis);
  find_unreadable_backends(view, diagnosis);
  find_unreadable_alloys(view, diagnosis);
  find_empty_backends(view, diagnosis);
  find_silent_sources(view, diagnosis);
  find_lost_canaries(view, diagnosis);
  find_canary_form_faults(view, diagnosis);
}

void find_faults_beside_it(const View& view, Diagnosis& diagnosis) {
  find_grafana_faults(view, diagnosis);
  find_canary_look_faults(view, diagnosis);
  find_dashboard_faults(view, diagnosis);
  find_ruler_faults(view, diagnosis);
  find_alertmanager_faults(view, diagnosis);
  find_notification_faults(view, diagnosis);
  find_container_faults(view, diagnosis);
  find_wrong_clocks(view, diagnosis);
  find_unknown_names(view, diagnosis);
  find_causes_in_logs(view, diagnosis);
}

}  // namespace

std::vector<Finding> find_causes(const View& view) {
  Diagnosis diagnosis;
  find_own_blindness(view, diagnosis);
  if (diagnosis.findings.empty()) {
    find_faults_on_the_way(view, diagnosis);
    find_faults_beside_it(view, diagnosis);
  }
  std::stable_sort(diagnosis.findings.begin(), diagnosis.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.state > b.state; });
  return std::move(diagnosis.findings);
}

bool concerns(const Finding& finding, Signal signal) {
  return std::find(finding.signals.begin(), finding.signals.end(), signal) != finding.signals.end();
}

Finding* trouble_of_backend(Diagnosis& diagnosis, Component backend) {
  constexpr std::array causes{"disk-full-any-backend",           "loki-disk-throttled",
                              "ring-unhealthy-after-restart",    "wal-replay-or-corrupt",
                              "tempo-otlp-binds-localhost",      "tempo-otlp-not-listening",
                              "loki-structured-metadata-schema", "volume-permission-denied"};
  for (auto& finding : diagnosis.findings) {
    const bool is_trouble = std::find(causes.begin(), causes.end(), finding.cause) != causes.end();
    if (is_trouble && finding.stage == Stage::ingest && finding.subject == to_string(backend)) return &finding;
  }
  return nullptr;
}

std::string said_lately(const View& view, Component backend, std::string_view words) {
  for (const auto& probe : view.probes()) {
    if (probe.component != backend || !probe.last) continue;
    for (const auto& exchange : probe.last->exchanges)
      if (exchange.first_bytes.find(words) != std::string::npos) return evidence_line(exchange);
  }
  for (const auto& route : view.canaries()) {
    const bool concerned = backend_of(route.plan->signal) == backend && route.last;
    if (concerned && route.last->trouble.find(words) != std::string::npos)
      return fmt::format("the canary of {}: {}", route.plan->route, route.last->trouble);
  }
  return {};
}

void explain_targets(const View& view, Diagnosis& diagnosis, Finding& finding) {
  explain_silence(view, diagnosis, finding,
                  [&](const Expectation& expectation) { return finding.targets.contains(target_of(expectation)); });
}

void add_with_its_targets(const View& view, Diagnosis& diagnosis, Finding finding) {
  explain_targets(view, diagnosis, finding);
  diagnosis.findings.push_back(std::move(finding));
}

void explain_scrapers(const View& view, Diagnosis& diagnosis, const std::set<std::string>& receivers) {
  for (const auto& receiver : receivers) {
    const auto& all = view.plan().expectations;
    const bool is_whole = std::all_of(all.begin(), all.end(), [&](const Expectation& expectation) {
      return expectation.receiver != receiver || view.source(expectation).state == State::healthy ||
             diagnosis.explained_expectations.contains(target_of(expectation));
    });
    if (is_whole) diagnosis.explained_receivers.insert(receiver);
  }
}

std::string silence_of(const View& view, const Expectation& expectation) {
  const auto status = view.source(expectation);
  const auto record = expectation.signal == Signal::metrics ? "sample"
                      : expectation.signal == Signal::logs  ? "record"
                                                            : "trace";
  const auto limit = format_age(expectation.max_age);
  if (status.last_seen)
    return fmt::format("newest {} {} ago, expected within {}", record, format_age(view.now() - *status.last_seen),
                       limit);
  const auto newest = view.newest(expectation);
  if (newest.value())
    return fmt::format("no {} within the last {}, expected within {}", record, format_age(newest.value()->window),
                       limit);
  return fmt::format("it could not be asked when the newest {} was written", record);
}

}  // namespace lgtmwatch
