// Sources that are silent although everything on their way answers.
//
// Without counters and canaries the silence can lie at the source or anywhere between receiver and backend; the
// finding says so and names the alternatives.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "diagnosis/findings.hpp"
#include "diagnosis/paths.hpp"

namespace lgtmwatch {
namespace {

using Expectations = std::vector<const Expectation*>;

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

bool is_scraped(const View& view, const Expectation& expectation) {
  const auto* receiver = view.receiver(expectation.receiver);
  return receiver && (receiver->kind == ReceiverKind::component || receiver->kind == ReceiverKind::file);
}

// Something of the source arrives that it exports itself, so that its exporter, its network and its receiver work.
bool its_export_works(const View& view, const std::string& source) {
  const auto& expectations = view.plan().expectations;
  return std::any_of(expectations.begin(), expectations.end(), [&](const Expectation& expectation) {
    return expectation.source == source && !is_scraped(view, expectation) && is_fresh(view, expectation);
  });
}

std::string cause_of(const View& view, const Expectation& silent) {
  if (silent.signal == Signal::logs && is_scraped(view, silent)) return "scraper-tails-nothing";
  if (!its_export_works(view, silent.source)) return "source-silent";
  switch (silent.signal) {
    case Signal::logs: return "app-logger-not-exported";
    case Signal::traces: return "otlp-disabled-or-sampled-out";
    case Signal::metrics: return "source-silent";
  }
  return "source-silent";
}

// Where else, between the source and its backend, this silence can come from; ids of the catalogue.
std::vector<std::string> alternatives_to(const std::string& cause, Signal signal) {
  std::vector<std::string> alternatives;
  if (cause == "source-silent")
    alternatives = {"otlp-localhost-in-container", "otlp-disabled-or-sampled-out", "docker-no-shared-network",
                    "app-idle"};
  if (cause == "scraper-tails-nothing")
    alternatives = {"docker-targets-without-container-id", "docker-socket-missing-or-denied", "app-logs-not-on-stdout"};
  if (cause != "scraper-tails-nothing")
    for (const auto* stage_process : {"memory-limiter-refusing", "wired-to-nowhere", "filter-drops-everything"})
      alternatives.emplace_back(stage_process);
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

std::string remedy_for(const std::string& cause, const Expectation& silent) {
  if (cause == "app-logger-not-exported")
    return fmt::format(
        "connect the logger of {} to the OpenTelemetry LoggerProvider (a transport or appender), or expect "
        "its logs through the container's receiver only",
        silent.source);
  if (cause == "otlp-disabled-or-sampled-out")
    return fmt::format("check OTEL_TRACES_EXPORTER, OTEL_TRACES_SAMPLER and OTEL_SDK_DISABLED of {}", silent.source);
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
  if (is_scraped(view, silent))
    return fmt::format(
        "to tell it from the alternatives: in {}, does loki_source_docker_target_entries_total rise? "
        "if so, the lines are lost behind the scraper",
        from);
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
  if (cause == "app-logger-not-exported")
    return fmt::format("{} exports no log records through {} ({}), while {} {}", first.source, first.receiver, what,
                       besides, verb);
  if (besides.empty()) return fmt::format("nothing arrives from {} ({})", about, what);
  return fmt::format("{} is silent ({}), while {} {}", about, what, besides, verb);
}

Finding silence_finding(const View& view, const std::string& cause, const Expectations& silent) {
  const auto& first = *silent.front();
  Finding finding;
  finding.cause = cause;
  finding.subject = cause == "scraper-tails-nothing" ? first.receiver : first.source;
  finding.stage = cause == "scraper-tails-nothing" ? Stage::receive : Stage::source;
  finding.path = silent.size() == 1 ? first.path : std::string();
  for (const auto* expectation : silent) {
    if (std::find(finding.signals.begin(), finding.signals.end(), expectation->signal) == finding.signals.end())
      finding.signals.push_back(expectation->signal);
    for (auto& line : evidence_of(view.newest(*expectation).run())) finding.evidence.push_back(std::move(line));
  }
  finding.summary = summary_of(view, cause, silent);
  finding.remedy = {remedy_for(cause, first), which_look_decides(view, first)};
  finding.alternatives = alternatives_to(cause, first.signal);
  return finding;
}

}  // namespace

void find_silent_sources(const View& view, Diagnosis& diagnosis) {
  std::map<std::array<std::string, 3>, Expectations> by_cause;  // by source, cause and, of scraped ways, receiver
  for (const auto& expectation : view.plan().expectations) {
    if (diagnosis.explained_expectations.contains(target_of(expectation))) continue;
    if (view.source(expectation).state != State::broken || !silence_is_a_fault(view, expectation)) continue;
    const auto scraper = is_scraped(view, expectation) ? expectation.receiver : std::string();
    by_cause[{expectation.source, cause_of(view, expectation), scraper}].push_back(&expectation);
  }
  for (const auto& [key, silent] : by_cause) diagnosis.findings.push_back(silence_finding(view, key[1], silent));
}

}  // namespace lgtmwatch
