// find_causes: the root causes of what is wrong in a stack, each with its consequences.
//
// The rules run from what explains most to what explains least: lgtmwatch's own view, Alloy, the backends, the
// receivers, what the counters tell of what lies between them, what a backend holds, the silence of a source, and last
// what people see of it in Grafana and, beside it, the way of alerts. A rule takes what it explains, so that the same
// silence is not told twice.
#pragma once

#include <set>

#include "diagnosis/view.hpp"

namespace lgtmwatch {

// What the rules have found so far, and which expectations and receivers are explained by it.
struct Diagnosis {
  std::vector<Finding> findings;
  std::set<std::string> explained_expectations;  // target_of()
  std::set<std::string> explained_receivers;
};

std::vector<Finding> find_causes(const View& view);

bool concerns(const Finding& finding, Signal signal);

// The rules, in their order.
void find_own_blindness(const View& view, Diagnosis& diagnosis);             // rules_watch.cpp
void find_alloy_faults(const View& view, Diagnosis& diagnosis);              // rules_alloy.cpp
void find_backend_faults(const View& view, Diagnosis& diagnosis);            // rules_backend.cpp
void find_disk_faults(const View& view, Diagnosis& diagnosis);               // rules_disk.cpp
void find_ring_faults(const View& view, Diagnosis& diagnosis);               // rules_ring.cpp
void find_receiver_faults(const View& view, Diagnosis& diagnosis);           // rules_receiver.cpp
void find_discards(const View& view, Diagnosis& diagnosis);                  // rules_discard.cpp
void find_exporter_faults(const View& view, Diagnosis& diagnosis);           // rules_exporter.cpp
void find_refusals(const View& view, Diagnosis& diagnosis);                  // rules_process.cpp
void find_silent_containers(const View& view, Diagnosis& diagnosis);         // rules_silent_container.cpp
void find_requests_refused_at_door(const View& view, Diagnosis& diagnosis);  // rules_door.cpp
void find_blocked_writers(const View& view, Diagnosis& diagnosis);           // rules_blocked_writer.cpp
void find_unread_containers(const View& view, Diagnosis& diagnosis);         // rules_unread_container.cpp
void find_scraper_faults(const View& view, Diagnosis& diagnosis);            // rules_scraper.cpp
void find_scrape_faults(const View& view, Diagnosis& diagnosis);             // rules_scrape_target.cpp
void find_processor_drops(const View& view, Diagnosis& diagnosis);           // rules_processor.cpp
void find_odd_records(const View& view, Diagnosis& diagnosis);               // rules_odd_records.cpp
void find_tenant_mismatch(const View& view, Diagnosis& diagnosis);           // rules_discard.cpp
void find_query_faults(const View& view, Diagnosis& diagnosis);              // rules_query.cpp
void find_unreadable_backends(const View& view, Diagnosis& diagnosis);       // rules_watch.cpp
void find_unreadable_alloys(const View& view, Diagnosis& diagnosis);         // rules_watch.cpp
void find_empty_backends(const View& view, Diagnosis& diagnosis);            // rules_backend.cpp
void find_silent_sources(const View& view, Diagnosis& diagnosis);            // rules_source.cpp
void find_grafana_faults(const View& view, Diagnosis& diagnosis);            // rules_grafana.cpp
void find_dashboard_faults(const View& view, Diagnosis& diagnosis);          // rules_dashboard.cpp

void find_wrong_clocks(const View& view, Diagnosis& diagnosis);         // rules_clock.cpp
void find_unknown_names(const View& view, Diagnosis& diagnosis);        // rules_drift.cpp
void find_ruler_faults(const View& view, Diagnosis& diagnosis);         // rules_ruler.cpp
void find_alertmanager_faults(const View& view, Diagnosis& diagnosis);  // rules_alertmanager.cpp
void find_notification_faults(const View& view, Diagnosis& diagnosis);  // rules_notification.cpp

void find_container_faults(const View& view, Diagnosis& diagnosis);    // rules_container.cpp
void find_causes_in_logs(const View& view, Diagnosis& diagnosis);      // rules_container_log.cpp
void find_lost_canaries(const View& view, Diagnosis& diagnosis);       // rules_canary.cpp
void find_canary_form_faults(const View& view, Diagnosis& diagnosis);  // rules_canary_form.cpp
void find_canary_look_faults(const View& view, Diagnosis& diagnosis);  // rules_canary_look.cpp

// The finding that tells why a backend that answers fails at what it is asked or sent; null where none does.
Finding* trouble_of_backend(Diagnosis& diagnosis, Component backend);
// The words in what the backend has answered lately, to a probe or a canary, as a line of evidence; empty where it has
// not said them.
std::string said_lately(const View& view, Component backend, std::string_view words);

// "newest record 3m10s ago, expected within 45s"
std::string silence_of(const View& view, const Expectation& expectation);

// As explain_silence, for the expectations that the finding's targets name.
void explain_targets(const View& view, Diagnosis& diagnosis, Finding& finding);
void add_with_its_targets(const View& view, Diagnosis& diagnosis, Finding finding);

// Of these receivers those whose silent ways are all explained need no finding of their own.
void explain_scrapers(const View& view, Diagnosis& diagnosis, const std::set<std::string>& receivers);

// Lists the expectations that are silent and that `concerns` picks as consequences, and marks them explained.
template <class Predicate>
void explain_silence(const View& view, Diagnosis& diagnosis, Finding& finding, Predicate concerns) {
  for (const auto& expectation : view.plan().expectations) {
    if (!concerns(expectation) || diagnosis.explained_expectations.contains(target_of(expectation))) continue;
    diagnosis.explained_expectations.insert(target_of(expectation));
    if (view.source(expectation).state != State::healthy)
      finding.consequences.push_back(target_of(expectation) + ": " + silence_of(view, expectation));
  }
}

}  // namespace lgtmwatch
