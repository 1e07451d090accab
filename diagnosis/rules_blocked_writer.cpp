// A loki.write that one refused stream holds up, so that the lines of all containers stand still.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "diagnosis/exporters.hpp"
#include "diagnosis/findings.hpp"
#include "diagnosis/scraped_lines.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration between_attempts = std::chrono::minutes(10);  // loki.write waits up to five

bool is_for_now(const std::string& outcome) { return outcome == "429" || (outcome.size() == 3 && outcome[0] == '5'); }

// What Loki says to its attempts: refusals for now, and nothing else; empty where it is something else.
std::vector<std::string> refusals_of(const Pipeline& pipeline, const std::string& exporter) {
  auto outcomes =
      moving_details(pipeline.counters(), {CounterKind::exporter_attempt, exporter, {}, {}}, between_attempts);
  std::erase(outcomes, "");
  const bool all = std::all_of(outcomes.begin(), outcomes.end(), is_for_now);
  return all ? outcomes : std::vector<std::string>();
}

// Containers with lines that Docker has and this exporter should have written.
std::vector<const Expectation*> held_up(const View& view, const Pipeline& pipeline, const std::string& exporter) {
  std::vector<const Expectation*> found;
  for (const auto& expectation : view.plan().expectations) {
    const auto lines = scraped_lines(view, expectation);
    if (!lines || !lines->first_missing || !pipeline.may_pass(expectation, exporter)) continue;
    if (view.source(expectation).state == State::healthy) continue;
    if (pipeline.lines_read(*view.receiver(expectation.receiver)).moves) continue;
    found.push_back(&expectation);
  }
  return found;
}

// Of one stream; what is refused of the whole tenant stands for itself.
bool is_of_streams(const std::string& cause) { return cause == "loki-per-stream-rate" || cause == "loki-stream-limit"; }

bool loki_explains_it(const Diagnosis& diagnosis) {
  return std::any_of(diagnosis.findings.begin(), diagnosis.findings.end(), [](const Finding& finding) {
    return finding.stage == Stage::ingest && finding.subject == "loki" && !is_of_streams(finding.cause);
  });
}

// What the same exporter was found to suffer from, and the limit behind it, go under it.
void take_over(Diagnosis& diagnosis, const AlloyPlan& alloy, Finding& finding) {
  std::erase_if(diagnosis.findings, [&](const Finding& other) {
    const bool of_exporter =
        other.stage == Stage::export_ && other.subject == alloy.name && concerns(other, Signal::logs);
    const bool of_limit = other.stage == Stage::ingest && other.subject == "loki" && is_of_streams(other.cause);
    if (!of_exporter && !of_limit) return false;
    finding.consequences.push_back(fmt::format("{}: {}", other.cause, other.summary));
    if (of_limit) finding.remedy.insert(finding.remedy.begin(), other.remedy.begin(), other.remedy.end());
    return true;
  });
}

void tell(const View& view, Diagnosis& diagnosis, const Pipeline& pipeline, const ExporterTrouble& trouble) {
  const auto refusals = refusals_of(pipeline, trouble.exporter);
  const auto containers = held_up(view, pipeline, trouble.exporter);
  if (refusals.empty() || containers.empty()) return;
  Finding finding;
  finding.cause = "loki-write-head-of-line-block";
  finding.subject = pipeline.alloy().name;
  finding.stage = Stage::export_;
  finding.signals = {Signal::logs};
  finding.remedy = {
      fmt::format("give the source whose stream is refused a loki.write of its own, so that it holds up "
                  "no other; {} tries the same batch for up to eight and a half minutes",
                  trouble.exporter)};
  take_over(diagnosis, pipeline.alloy(), finding);
  finding.summary =
      fmt::format("one batch that Loki refuses holds up {} of Alloy '{}', and no container is read meanwhile: {}",
                  trouble.exporter, pipeline.alloy().name, trouble.sentence);
  finding.evidence = {fmt::format("{}/metrics: {}", pipeline.alloy().endpoint.url.text(), trouble.sentence)};
  for (const auto* expectation : containers) {
    const auto lines = scraped_lines(view, *expectation);
    finding.evidence.push_back(fmt::format("Docker's newest line of {} is of {}, {}", expectation->source,
                                           format_rfc3339(*lines->newest), silence_of(view, *expectation)));
    finding.targets.insert(target_of(*expectation));
  }
  add_with_its_targets(view, diagnosis, std::move(finding));
}

}  // namespace

void find_blocked_writers(const View& view, Diagnosis& diagnosis) {
  if (view.silence(Component::loki) || loki_explains_it(diagnosis)) return;
  for (const auto& alloy : view.plan().alloys) {
    const Pipeline pipeline(view, alloy);
    if (!pipeline.counters() || view.is_in_doubt("alloy_ready", alloy.name)) continue;
    for (const auto& trouble : exporter_troubles(pipeline))
      if (trouble.exporter.starts_with("loki.write.") && !trouble.sends_some) tell(view, diagnosis, pipeline, trouble);
  }
}

}  // namespace lgtmwatch
