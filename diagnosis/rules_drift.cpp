// Components whose metrics have names that lgtmwatch does not know: what they would tell is unknown, not 0.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "diagnosis/findings.hpp"
#include "diagnosis/pipeline.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration long_enough = std::chrono::minutes(5);  // counters with labels come with their first event

bool has_run_for_long(const View& view, const CounterWindows& windows) {
  return windows.process_start && view.now() - *windows.process_start >= long_enough;
}

Finding made(const std::string& name, std::string subject, const CounterWindows& windows, const std::string& url,
             const std::string& version) {
  Finding finding;
  finding.cause = "metric-name-drift";
  finding.subject = std::move(subject);
  finding.stage = Stage::watch;
  finding.severity = Severity::info;
  finding.state = State::healthy;
  finding.summary = fmt::format(
      "{} ({}) shows no {} although telemetry passes through it: this version names it in a way that lgtmwatch does "
      "not "
      "know, and what it would tell is unknown",
      name, version.empty() ? "version unknown" : version, fmt::join(windows.absent, ", "));
  finding.evidence = {fmt::format("curl '{}/metrics' | grep -cE '^({})'  → 0", url, fmt::join(windows.absent, "|"))};
  finding.remedy = {
      fmt::format("tell lgtmwatch's maintainers the version, with the output of: curl -s '{}/metrics' | grep "
                  "-E '_total' | cut -d'{{' -f1 | sort -u; freshness and canaries go on to be judged",
                  url)};
  return finding;
}

void find_of_backend(const View& view, Diagnosis& diagnosis, Component backend) {
  const auto* windows = view.counters(backend);
  if (!windows || windows->absent.empty() || !has_run_for_long(view, *windows)) return;
  if (!view.holds_young_records(backend)) return;
  const std::string word(to_string(backend));
  const auto* info = view.settled<BuildInfo>(word + "_build_info", view.address(backend)).value();
  auto finding = made(std::string(display_name(backend)), word, *windows, view.backend(backend)->endpoint.url.text(),
                      info ? info->version : "");
  finding.signals = {signal_of(backend)};
  diagnosis.findings.push_back(std::move(finding));
}

}  // namespace

void find_unknown_names(const View& view, Diagnosis& diagnosis) {
  for (const auto backend : {Component::mimir, Component::loki, Component::tempo})
    if (view.backend(backend)) find_of_backend(view, diagnosis, backend);
  for (const auto& alloy : view.plan().alloys) {
    if (!Pipeline(view, alloy).hides_receivers()) continue;
    const auto* controller = view.settled<AlloyController>("alloy_controller", alloy.name).value();
    diagnosis.findings.push_back(made(fmt::format("Alloy '{}'", alloy.name), alloy.name,
                                      *view.counters("alloy_controller", alloy.name), alloy.endpoint.url.text(),
                                      controller ? controller->version : ""));
  }
}

}  // namespace lgtmwatch
