// Sources that are silent although everything on their way answers.
//
// The receiver's own counter tells the source from what lies behind the receiver. Where it cannot be read, or others
// send through the same receiver, the silence can lie anywhere between source and backend; the finding says so and
// names the alternatives.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "diagnosis/findings.hpp"
#include "diagnosis/inflow.hpp"
#include "diagnosis/paths.hpp"
#include "diagnosis/pipeline.hpp"

namespace lgtmwatch {
namespace {

using Expectations = std::vector<const Expectation*>;

constexpr Duration settling = std::chrono::minutes(2);  // until all signals of a source that has come back are seen

bool is_fresh(const View& view, const Expectation& expectation) {
  return view.source(expectation).state == State::healthy;
}

// Other ways and signals of the same source that do arrive.
std::vector<std::string> arriving(const View& view, const std::string& source) {
  std::vector<std::string> fresh;
  for (const auto& expectation : view.plan().expectations)
    if (expectation.source == source && is_fresh(view, expectation)) fresh.push_back(target_of(expectation));
  return fresh;
}

bool is_file(const View& view, const Expectation& expectation) {
  const auto* receiver = view.receiver(expectation.receiver);
  return receiver && receiver->kind == ReceiverKind::file;
}

bool is_scraped_metrics(const View& view, const Expectation& expectation) {
  return expectation.signal == Signal::metrics && view.is_scraped(expectation);
}

// Alloy is asked for the targets of its scrapes once a minute, and was not twice since this one fell silent.
bool waits_for_targets(const View& view, const Expectation& silent) {
  const auto* alloy = view.alloy_of(silent.receiver);
  const auto seen = view.source(silent).last_seen;
  if (!alloy || !seen || !is_scraped_metrics(view, silent)) return false;
  const auto* facts = view.find("alloy_components", alloy->name);
  if (view.is_in_doubt("alloy_components", alloy->name)) return true;
  return facts && facts->last && facts->last->at < *seen + silent.max_age;
}

// By so much that the two have not stopped together.
bool is_seen_later(const View& view, const Expectation& expectation, const Expectation& silent) {
  const auto seen = view.source(expectation).last_seen;
  const auto silent_since = view.source(silent).last_seen;
  return seen && (!silent_since || *seen - *silent_since > silent.max_age / 2);
}

bool has_just_come_back(const View& view, const Expectation& expectation) {
  const auto* facts = view.newest_facts(expectation);
  return facts && facts->active_since && view.now() - *facts->active_since < settling;
}

// Something of the source arrives that it exports itself, so that its exporter, its network and its receiver work.
bool its_export_works(const View& view, const Expectation& silent) {
  const auto& expectations = view.plan().expectations;
  return std::any_of(expectations.begin(), expectations.end(), [&](const Expectation& expectation) {
    return expectation.source == silent.source && is_seen_later(view, expectation, silent) &&
           !view.is_scraped(expectation) && is_fresh(view, expectation) && !has_just_come_back(view, expectation);
  });
}

std::string cause_of(const View& view, const Expectation& silent) {
  if (silent.signal == Signal::logs && view.is_scraped(silent)) return "scraper-tails-nothing";
  if (inflow_of(view, silent) == Inflow::moves) return "filter-drops-everything";
  if (!its_export_works(view, silent)) return "source-silent";
  switch (silent.signal) {
    case Signal::logs: return "app-logger-not-exported";
    case Signal::traces: return "otlp-disabled-or-sampled-out";
    case Signal::metrics: return "source-silent";
  }
  return "source-silent";
}

// Before the receiver has counted anything.
std::vector<std::string> alternatives_at_source(const std::string& cause, bool of_file) {
  if (cause == "source-silent")
    return {"otlp-localhost-in-container", "otlp-disabled-or-sampled-out", "docker-no-shared-network", "app-idle"};
  if (cause == "scraper-tails-nothing" && of_file) return {"file-target-matches-nothing"};
  if (cause == "scraper-tails-nothing")
    return {"docker-targets-without-container-id", "docker-socket-missing-or-denied", "app-logs-not-on-stdout",
            "timestamp-misparsed"};
  return {};
}

// Where else, between the source and its backend, this silence can come from; ids of the catalogue.
std::vector<std::string> alternatives_to(const std::string& cause, Signal signal, Inflow inflow, bool of_file) {
  auto alternatives = alternatives_at_source(cause, of_file);
  if (inflow == Inflow::still) return alternatives;
  if (cause != "scraper-tails-nothing")
    for (const auto* stage_process : {"memory-limiter-refusing", "wired-to-nowhere", "filter-drops-everything"})
      if (cause != stage_process) alternatives.emplace_back(stage_process);
  if (inflow == Inflow::moves)
    for (const auto* unseen : {"mislabelled-or-wrong-service", "tenant-mismatch", "clock-skew"})
      alternatives.emplace_back(unseen);
  for (const auto* stage_export : {"exporter-unreachable-retrying", "exporter-tls-mismatch", "exporter-auth-or-no-org"})
    alternatives.emplace_back(stage_export);
  switch (signal) {
    case Signal::metrics: alternatives.emplace_back("mimir-series-limit"); break;
    case Signal::logs:
      alternatives.emplace_back("loki-rate-limited");
      alternatives.emplace_back("loki-ingestion-blocked-2xx");
      break;
    case Signal::traces: alternatives.emplace_back("tempo-silent-limit-drop"); break;
  }
  return alternatives;
}

std::string remedy_for(const View& view, const std::string& cause, const Expectation& silent) {
  if (is_scraped_metrics(view, silent))
    return fmt::format("check that {} shows its metrics where {} scrapes them, and what the rules between do with them",
                       silent.source, silent.receiver);
  if (cause == "app-logger-not-exported")
    return fmt::format(
        "connect the logger of {} to the OpenTelemetry LoggerProvider (a transport or appender), or expect "
        "its logs through the container's receiver only",
        silent.source);
  if (cause == "otlp-disabled-or-sampled-out")
    return fmt::format("check OTEL_TRACES_EXPORTER, OTEL_TRACES_SAMPLER and OTEL_SDK_DISABLED of {}", silent.source);
  if (cause == "filter-drops-everything")
    return fmt::format(
        "look at the processors behind the receiver {} for filters, at the service.name that {} sends, and at the "
        "tenant that is written to",
        silent.receiver, silent.source);
  if (cause == "scraper-tails-nothing")
    return fmt::format(
        "look at the targets of the scraper {} in Alloy's UI: an empty list tails nothing and is healthy",
        silent.receiver);
  return fmt::format("check that {} runs and that its OTEL_EXPORTER_OTLP_ENDPOINT is the receiver {}", silent.source,
                     silent.receiver);
}

// The receiver's own counter tells the source from everything behind it.
std::string which_look_decides(const View& view, const Expectation& silent) {
  const auto* alloy = view.alloy_of(silent.receiver);
  const auto from = alloy ? fmt::format("{}/metrics", alloy->endpoint.url.text()) : std::string("Alloy's /metrics");
  if (is_scraped_metrics(view, silent))
    return fmt::format("to tell it from the alternatives: {}/api/v0/web/components/{} tells the health of its targets",
                       alloy ? alloy->endpoint.url.text() : "Alloy's ", view.receiver(silent.receiver)->component);
  if (view.is_scraped(silent))
    return fmt::format(
        "to tell it from the alternatives: in {}, does {} rise? if so, the lines are lost behind the scraper", from,
        is_file(view, silent) ? "loki_source_file_read_lines_total" : "loki_source_docker_target_entries_total");
  const auto* items = silent.signal == Signal::metrics ? "metric_points"
                      : silent.signal == Signal::logs  ? "log_records"
                                                       : "spans";
  return fmt::format(
      "to tell it from the alternatives: in {}, does otelcol_receiver_accepted_{}_total of {} rise? if so, "
      "the source sends and it is lost behind the receiver",
      from, items, silent.receiver);
}

std::string summary_of(const View& view, const std::string& cause, const Expectations& silent) {
  const auto& first = *silent.front();
  std::string what;
  for (const auto* expectation : silent) {
    if (silent.size() > 1) what += fmt::format("{}{}: ", what.empty() ? "" : "; ", target_of(*expectation));
    what += silence_of(view, *expectation);
  }
  const auto fresh = arriving(view, first.source);
  std::string besides;
  for (const auto& target : fresh) besides += (besides.empty() ? "" : ", ") + target;
  const auto about = silent.size() > 1 ? first.source : target_of(first);
  const auto* verb = fresh.size() == 1 ? "arrives" : "arrive";
  if (cause == "filter-drops-everything")
    return fmt::format("{} is lost behind its receiver ({}), which goes on accepting {}", about, what,
                       to_string(first.signal));
  if (cause == "app-logger-not-exported")
    return fmt::format("{} exports no log records through {} ({}), while {} {}", first.source, first.receiver, what,
                       besides, verb);
  if (besides.empty()) return fmt::format("nothing arrives from {} ({})", about, what);
  return fmt::format("{} is silent ({}), while {} {}", about, what, besides, verb);
}

Stage stage_of(const std::string& cause) {
  if (cause == "filter-drops-everything") return Stage::process;
  return cause == "scraper-tails-nothing" ? Stage::receive : Stage::source;
}

// What the receiver's counter has told, or how to look at it.
void add_what_decides(const View& view, const Expectation& silent, Inflow inflow, Finding& finding) {
  if (inflow == Inflow::unknown) {
    finding.remedy.push_back(which_look_decides(view, silent));
    return;
  }
  const auto flow = flow_into(view, silent);
  finding.evidence.push_back(fmt::format("{}/metrics: the receiver {} has taken {:.0f} items of {} within {}",
                                         view.alloy_of(silent.receiver)->endpoint.url.text(), silent.receiver,
                                         flow.increase, to_string(silent.signal), format_age(flow.interval)));
}

Finding silence_finding(const View& view, const std::string& cause, const Expectations& silent) {
  const auto& first = *silent.front();
  Finding finding;
  finding.cause = cause;
  finding.subject = cause == "scraper-tails-nothing" ? first.receiver : first.source;
  finding.stage = stage_of(cause);
  finding.rests_on_silence = true;
  finding.path = silent.size() == 1 ? first.path : std::string();
  for (const auto* expectation : silent) {
    if (std::find(finding.signals.begin(), finding.signals.end(), expectation->signal) == finding.signals.end())
      finding.signals.push_back(expectation->signal);
    for (auto& line : evidence_of(view.newest(*expectation).run())) finding.evidence.push_back(std::move(line));
  }
  finding.summary = summary_of(view, cause, silent);
  const auto inflow = inflow_of(view, first);
  finding.remedy = {remedy_for(view, cause, first)};
  add_what_decides(view, first, inflow, finding);
  finding.alternatives = alternatives_to(cause, first.signal, inflow, is_file(view, first));
  if (finding.stage != Stage::source)
    for (const auto* expectation : silent) finding.targets.insert(target_of(*expectation));
  return finding;
}

}  // namespace

void find_silent_sources(const View& view, Diagnosis& diagnosis) {
  std::map<std::array<std::string, 3>, Expectations> by_cause;  // by source, cause and, of scraped ways, receiver
  for (const auto& expectation : view.plan().expectations) {
    if (diagnosis.explained_expectations.contains(target_of(expectation))) continue;
    if (!is_missing(view, expectation) || waits_for_targets(view, expectation)) continue;
    const auto scraper = view.is_scraped(expectation) ? expectation.receiver : std::string();
    by_cause[{expectation.source, cause_of(view, expectation), scraper}].push_back(&expectation);
  }
  for (const auto& [key, silent] : by_cause) diagnosis.findings.push_back(silence_finding(view, key[1], silent));
}

}  // namespace lgtmwatch
