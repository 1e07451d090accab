// Backends that throw away what they receive, with the reason that they count.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>

#include "diagnosis/canaries.hpp"
#include "diagnosis/findings.hpp"
#include "diagnosis/flow.hpp"
#include "diagnosis/paths.hpp"
#include "diagnosis/scraped_lines.hpp"

namespace lgtmwatch {
namespace {

struct Kind {
  std::string_view cause;
  std::string_view what;  // "Loki …"
  std::string_view remedy;
};

struct Rule {
  std::string_view reason;  // of the backend's counter
  Kind kind;
};

constexpr Kind loki_rate{"loki-rate-limited", "refuses logs over the tenant's rate limit",
                         "raise ingestion_rate_mb and ingestion_burst_size_mb, or log less"};
constexpr Kind loki_stream_rate{"loki-per-stream-rate", "refuses logs over the rate limit of a stream",
                                "raise per_stream_rate_limit, or split the stream by a label"};
constexpr Kind loki_streams{"loki-stream-limit", "refuses new streams over the tenant's limit",
                            "raise max_global_streams_per_user, or cut labels"};
constexpr Kind loki_blocked{"loki-ingestion-blocked-2xx",
                            "has blocked the tenant and keeps nothing, while it may answer senders with success",
                            "remove block_ingestion_until from the tenant's limits"};
constexpr Kind loki_old{"loki-too-old-or-behind",
                        "refuses entries that are too old; often a log that is read again, which loses nothing",
                        "keep Alloy's --storage.path on a volume; look which stream has old entries"};
constexpr Kind loki_future{"loki-future-entries", "refuses entries from the future", "set the clock of the sender"};
constexpr Kind loki_invalid{"loki-invalid-labels-or-line", "refuses lines or labels that are not allowed",
                            "shorten the lines or cut the labels that the reason names"};
constexpr Kind loki_metadata{"loki-structured-metadata-schema",
                             "does not take the attributes of logs by OTLP: structured metadata is switched off",
                             "set limits_config.allow_structured_metadata: true; where Loki then does not start for "
                             "want of schema v13, add a period "
                             "to schema_config that begins tomorrow, with store: tsdb and schema: v13"};
constexpr Kind tempo_silent{"tempo-silent-limit-drop", "throws traces away over a limit and answers with success",
                            "raise max_traces_per_user or max_bytes_per_trace of the tenant"};
constexpr Kind tempo_rate{"tempo-rate-limited", "refuses traces over the tenant's rate limit",
                          "raise ingestion.rate_limit_bytes and burst_size_bytes of the tenant"};
constexpr Kind mimir_series{"mimir-series-limit", "refuses new series over the tenant's limit; old ones go on",
                            "raise max_global_series_per_user, or cut labels"};
constexpr Kind mimir_rate{"mimir-ingestion-rate", "refuses samples over the tenant's rate limit",
                          "raise ingestion_rate and ingestion_burst_size of the tenant"};
constexpr Kind mimir_order{"mimir-out-of-order-or-duplicate", "refuses samples that are out of order or written twice",
                           "look for two writers of the same series; out_of_order_time_window helps with late ones"};
constexpr Kind mimir_future{"mimir-too-far-future", "refuses samples from the future", "set the clock of the sender"};
constexpr Kind other{"discards-of-unknown-reason", "discards what it receives",
                     "look up the reason in the component's documentation"};

constexpr std::array rules{
    Rule{"per_stream_rate_limit", loki_stream_rate},
    Rule{"stream_limit", loki_streams},
    Rule{"blocked_ingestion", loki_blocked},
    Rule{"greater_than_max_sample_age", loki_old},
    Rule{"too_far_behind", loki_old},
    Rule{"line_too_long", loki_invalid},
    Rule{"invalid_labels", loki_invalid},
    Rule{"missing_labels", loki_invalid},
    Rule{"missing_enforced_labels", loki_invalid},
    Rule{"max_label_names_per_series", loki_invalid},
    Rule{"label_name_too_long", loki_invalid},
    Rule{"label_value_too_long", loki_invalid},
    Rule{"duplicate_label_names", loki_invalid},
    Rule{"structured_metadata_too_large", loki_invalid},
    Rule{"structured_metadata_too_many", loki_invalid},
    Rule{"disallowed_structured_metadata", loki_metadata},
    Rule{"live_traces_exceeded", tempo_silent},
    Rule{"trace_too_large", tempo_silent},
    Rule{"per_user_series_limit", mimir_series},
    Rule{"per_metric_series_limit", mimir_series},
    Rule{"per_labelset_series_limit", mimir_series},
    Rule{"per_user_native_histogram_series_limit", mimir_series},
    Rule{"sample-out-of-order", mimir_order},
    Rule{"sample_out_of_order", mimir_order},
    Rule{"sample-out-of-bounds", mimir_order},
    Rule{"sample-timestamp-too-old", mimir_order},
    Rule{"sample_timestamp_too_old", mimir_order},
    Rule{"sample_duplicate_timestamp", mimir_order},
    Rule{"new-value-for-timestamp", mimir_order},
    Rule{"new_value_for_timestamp", mimir_order},
    Rule{"out_of_order", mimir_order},
    Rule{"too_old", mimir_order},
};

const Kind& kind_of(const std::string& reason, Component backend) {
  if (reason == "rate_limited")
    return backend == Component::loki ? loki_rate : backend == Component::tempo ? tempo_rate : mimir_rate;
  if (reason == "greater_than_max_sample_age" && backend == Component::mimir) return mimir_order;  // of Cortex
  if (reason == "too_far_in_future") return backend == Component::loki ? loki_future : mimir_future;
  for (const auto& rule : rules)
    if (rule.reason == reason) return rule.kind;
  return other;
}

std::vector<std::string> reasons_of(const CounterWindows* windows, const std::string& subject) {
  auto reasons = moving_details(windows, {CounterKind::backend_discarded, subject, {}, {}}, std::chrono::minutes(15));
  std::erase_if(reasons, [&](const std::string& reason) {
    return !flow_of(windows, {CounterKind::backend_discarded, subject, {}, reason}).moves;
  });
  return reasons;
}

// An Alloy that has begun anew, or goes on after it stood still, sends again what it does not know to have been taken.
bool may_be_sent_again(const View& view, const Flow& discarded) {
  constexpr Duration catching_up = std::chrono::minutes(1);
  const auto& alloys = view.plan().alloys;
  return std::any_of(alloys.begin(), alloys.end(), [&](const AlloyPlan& alloy) {
    const auto begun = view.goes_on_since(alloy);
    return begun && discarded.last_moved && *discarded.last_moved - *begun < catching_up;
  });
}

class Discards {
 public:
  Discards(const View& view, Signal signal)
      : view_(view), signal_(signal), backend_(backend_of(signal)), subject_(to_string(backend_)) {
    windows_ = view.counters(subject_ + "_metrics", view.address(backend_));
    received_ = flow_of(windows_, {CounterKind::backend_received, subject_, {}, ""});
  }

  void find(Diagnosis& diagnosis) {
    const bool loses_nothing = backend_ == Component::loki && is_only_sent_again(view_);
    for (const auto& reason : reasons_of(windows_, subject_))
      if (!loses_nothing) tell(reason);
    for (auto& [cause, finding] : findings_) {
      for (const auto& expectation : view_.plan().expectations)
        if (backend_of(expectation.signal) == backend_) finding.targets.insert(target_of(expectation));
      add_with_its_targets(view_, diagnosis, std::move(finding));
    }
  }

 private:
  void tell(const std::string& reason) {
    const auto& kind = kind_of(reason, backend_);
    const auto discarded = flow_of(windows_, {CounterKind::backend_discarded, subject_, {}, reason});
    if (kind.cause == mimir_order.cause && may_be_sent_again(view_, discarded)) return;
    auto& finding = findings_[std::string(kind.cause)];
    const auto figures = figures_of(reason, discarded);
    if (finding.cause.empty()) {
      finding.cause = kind.cause;
      finding.subject = subject_;
      finding.stage = Stage::ingest;
      finding.signals = {signal_};
      finding.summary = fmt::format("{} {}: {}", display_name(backend_), kind.what, figures);
      finding.remedy = {std::string(kind.remedy)};
      finding.severity = Severity::warning;
      finding.state = State::degraded;
    }
    finding.evidence.push_back(fmt::format("{}/metrics: {}", view_.backend(backend_)->endpoint.url.text(), figures));
    if (keeps_nothing(discarded)) {
      finding.severity = Severity::critical;
      finding.state = State::broken;
    }
  }

  // Of the last readings; of some minutes where it happened before them.
  std::string figures_of(const std::string& reason, const Flow& discarded) const {
    const bool goes_on = discarded.increase > 0;
    return fmt::format("{:.0f} of {:.0f} received were discarded as {} within {}",
                       goes_on ? discarded.increase : discarded.increase_of_minutes,
                       goes_on ? received_.increase : received_.increase_of_minutes, reason,
                       format_age(goes_on ? discarded.interval : discarded.minutes));
  }

  // Mimir and Tempo count as received what they take apart later; a tenth is left for what was under way.
  bool keeps_nothing(const Flow& discarded) const {
    return discarded.increase_of_minutes > 0 && discarded.increase_of_minutes >= 0.9 * received_.increase_of_minutes;
  }

  const View& view_;
  Signal signal_;
  Component backend_;
  std::string subject_;
  const CounterWindows* windows_ = nullptr;
  Flow received_;
  std::map<std::string, Finding> findings_;
};

bool some_is_missing(const View& view, Signal signal) {
  const auto& expectations = view.plan().expectations;
  return std::any_of(expectations.begin(), expectations.end(), [&](const Expectation& expectation) {
    return expectation.signal == signal && is_missing(view, expectation);
  });
}

// Past Alloy lgtmwatch's own canaries go to the tenant that it reads, and arrive; those through Alloy do not.
bool only_direct_canaries_arrive(const View& view, Signal signal) {
  bool direct_arrives = false, other_fails = false;
  for (const auto& route : view.canaries()) {
    if (route.plan->signal != signal || !route.checked) continue;
    const auto state = canary_state(view, route);
    if (is_direct(route)) direct_arrives = direct_arrives || state == State::healthy;
    if (!is_direct(route) && state == State::healthy) return false;
    if (!is_direct(route)) other_fails = other_fails || state >= State::degraded;
  }
  return direct_arrives && other_fails;
}

// Records that are younger than the last that was counted for our tenant: what came before they went elsewhere is young
// for a while.
bool goes_on_for_us(const View& view, Component backend, const Flow& ours) {
  const bool young = view.holds_young_records(backend);
  if (!young || !ours.last_moved || ours.still_in_a_row < 2) return young;
  const auto& expectations = view.plan().expectations;
  return std::any_of(expectations.begin(), expectations.end(), [&](const Expectation& expectation) {
    const auto newest = view.newest(expectation);
    return backend_of(expectation.signal) == backend && newest.value() && newest.value()->last_seen &&
           *newest.value()->last_seen > *ours.last_moved;
  });
}

}  // namespace

void find_discards(const View& view, Diagnosis& diagnosis) {
  for (const auto signal : all_signals)
    if (view.backend(backend_of(signal)) && !view.is_recovering(backend_of(signal)))
      Discards(view, signal).find(diagnosis);
}

void find_tenant_mismatch(const View& view, Diagnosis& diagnosis) {
  for (const auto signal : all_signals) {
    const auto backend = backend_of(signal);
    const std::string subject(to_string(backend));
    const auto* windows = view.counters(subject + "_metrics", view.address(backend));
    const auto ours = flow_of(windows, {CounterKind::backend_received, subject, {}, ""});
    const auto others = flow_of(windows, {CounterKind::backend_received, subject, {}, "other"});
    const bool stopped = ours.still_in_a_row >= 2 || only_direct_canaries_arrive(view, signal);
    const bool nothing_comes = ours.increase_of_minutes == 0 || (stopped && some_is_missing(view, signal));
    if (!others.moves || !ours.compared || !nothing_comes || goes_on_for_us(view, backend, ours)) continue;
    Finding finding;
    finding.cause = "tenant-mismatch";
    finding.subject = subject;
    finding.stage = Stage::export_;
    finding.signals = {signal};
    finding.summary = fmt::format(
        "{} receives {} for other tenants ({:.0f} within {}), and nothing for the tenant that lgtmwatch reads",
        display_name(backend), to_string(signal), others.increase, format_age(others.interval));
    finding.evidence = {fmt::format("{}/metrics: received of our tenant {:.0f}, of others {:.0f} within {}",
                                    view.backend(backend)->endpoint.url.text(), ours.increase, others.increase,
                                    format_age(others.interval))};
    finding.remedy = {
        fmt::format("make Alloy's exporter write to the tenant that is read, or set `{}.tenant`", subject)};
    for (const auto& expectation : view.plan().expectations)
      if (expectation.signal == signal) finding.targets.insert(target_of(expectation));
    add_with_its_targets(view, diagnosis, std::move(finding));
  }
}

}  // namespace lgtmwatch
