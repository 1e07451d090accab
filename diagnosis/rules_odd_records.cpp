// Sources that are silent where they are looked for while their records arrive nevertheless: under another time,
// without the service's name, or without their metrics.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "diagnosis/clocks.hpp"
#include "diagnosis/findings.hpp"
#include "diagnosis/inflow.hpp"
#include "diagnosis/paths.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration looks_kept = std::chrono::minutes(16);  // three looks

// Of one backend: names that stand for no name.
std::size_t unnamed_in(const View& view, Component backend) {
  const auto address = view.address(backend);
  if (backend == Component::loki) {
    const auto* labels = view.settled<LokiLabels>("loki_labels", address).value();
    return labels ? labels->unnamed : 0;
  }
  if (backend == Component::tempo) {
    const auto* services = view.settled<TempoServices>("tempo_services", address).value();
    return services ? services->unnamed : 0;
  }
  const auto* tenant = view.settled<MimirTenant>("mimir_tenant", address).value();
  return tenant ? tenant->unnamed : 0;
}

// A series without a job is in no list of jobs: of metrics the logs and traces of the same sender tell.
std::vector<Component> with_unnamed(const View& view, Signal signal) {
  std::vector<Component> found;
  for (const auto backend : {backend_of(signal), Component::loki, Component::tempo})
    if (unnamed_in(view, backend) > 0 && (backend == backend_of(signal) || signal == Signal::metrics))
      if (std::find(found.begin(), found.end(), backend) == found.end()) found.push_back(backend);
  return found;
}

std::string question_for_names(const View& view, Component backend) {
  const auto url = view.backend(backend)->endpoint.url.text();
  if (backend == Component::loki) return url + "/loki/api/v1/label/service_name/values: it lists unknown_service";
  if (backend == Component::tempo)
    return url + "/api/v2/search/tag/resource.service.name/values: it lists unknown_service";
  return url + "/api/v1/label/job/values: it lists unknown_service";
}

// Log records of it go on arriving, under times that lie before those in which they are looked for.
bool has_wrong_time(const View& view, const Expectation& silent) {
  const auto* facts = silent.signal == Signal::logs ? view.find("loki_older", target_of(silent)) : nullptr;
  if (!facts || !facts->older.advanced || view.now() - *facts->older.advanced > looks_kept) return false;
  const auto* found = Seen<OlderRecord>(facts->settled.get()).value();
  const auto* newest = view.newest_facts(silent);
  if (!found || !newest) return false;
  // Both looks were after the last record that had a right time had left the window.
  return !newest->last_seen || facts->older.asked_before > *newest->last_seen + found->to;
}

// The source itself gives its records by OTLP their times. Where its logs lie back and no other signal comes, its
// clock does; the logs, or null.
const Expectation* with_wrong_clock(const View& view, const Expectation& silent) {
  const Expectation* logs = nullptr;
  bool has_others = false;
  for (const auto& other : view.plan().expectations) {
    if (other.source != silent.source || view.is_scraped(other)) continue;
    if (view.source(other).state == State::healthy) return nullptr;
    has_others = has_others || (other.signal != Signal::logs && is_missing(view, other));
    if (is_missing(view, other) && has_wrong_time(view, other)) logs = &other;
  }
  return view.is_scraped(silent) || !has_others ? nullptr : logs;
}

// How far these times lie back, at the last look.
Duration wrong_by(const View& view, const Expectation& silent) {
  const auto* facts = view.find("loki_older", target_of(silent));
  return facts && facts->older.newest ? facts->older.asked - *facts->older.newest : Duration();
}

// Its target_info is young, which Alloy writes for whatever comes by OTLP, and the metric that is expected is not:
// deltas are left out in between. Not where its receiver takes no metrics.
bool is_of_deltas(const View& view, const Expectation& silent) {
  if (silent.signal != Signal::metrics || view.is_scraped(silent)) return false;
  const auto* newest = view.newest(silent).value();
  if (!newest || !newest->target_info || view.now() - *newest->target_info > silent.max_age) return false;
  return inflow_of(view, silent) != Inflow::still;
}

// Its receiver takes records, nobody else is expected there, and there are records without a service name.
bool has_no_name(const View& view, const Expectation& silent) {
  return inflow_of(view, silent) == Inflow::moves && !with_unnamed(view, silent.signal).empty();
}

struct Odd {
  std::string cause;
  Stage stage = Stage::source;
  std::string summary;
  std::string remedy;
  std::vector<std::string> alternatives;
  std::vector<std::string> evidence;  // beside what was asked for the newest record
};

Odd under_wrong_time(const View& view, const Expectation& silent) {
  const auto by = format_age(wrong_by(view, silent));
  return {"timestamp-misparsed",
          Stage::process,
          fmt::format("records of {} arrive under times that lie {} back, where nobody looks for them",
                      target_of(silent), by),
          fmt::format("correct `location` or `format` of the stage.timestamp behind {}, or the time zone in which {} "
                      "writes its times: they are off by about {}",
                      silent.receiver, silent.source, by),
          {"clock-skew"},
          evidence_of(view.find("loki_older", target_of(silent))->last.get())};
}

Odd of_wrong_clock(const View& view, const Expectation& logs) {
  const auto by = format_age(wrong_by(view, logs));
  return {"clock-skew",
          Stage::source,
          fmt::format("the clock of {0} is {1} behind: what it sends by OTLP bears its own times, and its log records "
                      "arrive under times that lie so far back",
                      logs.source, by),
          remedy_of_clock(logs.source),
          {"timestamp-misparsed"},
          evidence_of(view.find("loki_older", target_of(logs))->last.get())};
}

Odd of_deltas(const View& view, const Expectation& silent) {
  const auto* newest = view.newest(silent).value();
  return {"delta-temporality",
          Stage::source,
          fmt::format("{} sends metrics, but of them only target_info arrives ({} ago): deltas are dropped on the way "
                      "to {}",
                      silent.source, format_age(view.now() - *newest->target_info), display_name(Component::mimir)),
          fmt::format("set OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=cumulative on {}, or put an "
                      "otelcol.processor.deltatocumulative before the exporter",
                      silent.source),
          {"dashboard-metric-renamed", "filter-drops-everything", "mimir-series-limit"},
          {}};
}

Odd without_name(const View& view, const Expectation& silent) {
  const auto flow = flow_into(view, silent);
  std::vector<std::string> evidence{fmt::format("{}/metrics: the receiver {} has taken {:.0f} items of {} within {}",
                                                view.alloy_of(silent.receiver)->endpoint.url.text(), silent.receiver,
                                                flow.increase, to_string(silent.signal), format_age(flow.interval))};
  for (const auto backend : with_unnamed(view, silent.signal)) evidence.push_back(question_for_names(view, backend));
  return {"service-name-missing",
          Stage::source,
          fmt::format("nothing arrives under the name {}, while its receiver {} takes {} and there are records without "
                      "a service name",
                      silent.source, silent.receiver, to_string(silent.signal)),
          fmt::format("set OTEL_SERVICE_NAME={} on it, or service.name in its resource", silent.source),
          {"mislabelled-or-wrong-service", "filter-drops-everything"},
          std::move(evidence)};
}

std::optional<Odd> odd_records(const View& view, const Expectation& silent) {
  if (const auto* logs = with_wrong_clock(view, silent)) return of_wrong_clock(view, *logs);
  if (has_wrong_time(view, silent)) return under_wrong_time(view, silent);
  if (is_of_deltas(view, silent)) return of_deltas(view, silent);
  if (has_no_name(view, silent)) return without_name(view, silent);
  return std::nullopt;
}

void add_to(Finding& finding, const View& view, const Expectation& silent, Odd odd) {
  if (finding.cause.empty()) {
    finding.cause = odd.cause;
    finding.subject = silent.source;
    finding.stage = odd.stage;
    finding.summary = std::move(odd.summary);
    finding.remedy = {std::move(odd.remedy)};
    finding.alternatives = std::move(odd.alternatives);
  }
  if (!concerns(finding, silent.signal)) finding.signals.push_back(silent.signal);
  finding.targets.insert(target_of(silent));
  for (auto& line : evidence_of(view.newest(silent).run())) finding.evidence.push_back(std::move(line));
  for (auto& line : odd.evidence) finding.evidence.push_back(std::move(line));
}

}  // namespace

void find_odd_records(const View& view, Diagnosis& diagnosis) {
  std::map<std::pair<std::string, std::string>, Finding> findings;  // by source and cause
  for (const auto& expectation : view.plan().expectations) {
    if (diagnosis.explained_expectations.contains(target_of(expectation))) continue;
    if (!is_missing(view, expectation)) continue;
    auto odd = odd_records(view, expectation);
    if (odd) add_to(findings[{expectation.source, odd->cause}], view, expectation, std::move(*odd));
  }
  for (auto& [key, finding] : findings) {
    add_with_its_targets(view, diagnosis, std::move(finding));
  }
}

}  // namespace lgtmwatch
