// lgtmwatch's own view: no way to anything, or a backend that answers but does not let it read.
#include <fmt/format.h>

#include <algorithm>

#include "diagnosis/findings.hpp"
#include "diagnosis/query.hpp"
#include "diagnosis/unreadable.hpp"

namespace lgtmwatch {
namespace {

bool has_no_way(const Error& error) { return error.reason == Reason::dns || error.reason == Reason::unreachable; }

// As the handler of Prometheus' client library says it, with 500.
bool fails_to_gather(const RunRecord& run) {
  return std::any_of(run.exchanges.begin(), run.exchanges.end(), [](const Exchange& exchange) {
    return exchange.status == 500 && exchange.first_bytes.find("while serving metrics") != std::string::npos;
  });
}

Finding fails_at_its_metrics(const Asked& asked, const RunRecord& run) {
  auto finding = watch_finding("alloy-metrics-500", asked.subject);
  const auto twice = std::any_of(run.exchanges.begin(), run.exchanges.end(), [](const Exchange& exchange) {
    return exchange.first_bytes.find("collected before with the same name and label values") != std::string::npos;
  });
  finding.summary = fmt::format(
      "{} is ready and cannot show its own metrics{}: its data way may be fine, and what its counters would tell is "
      "unknown",
      asked.name, twice ? ", as two of its components define the same one" : "");
  finding.remedy = {twice ? "rename one of the two metrics that the answer names (stage.metrics of loki.process, for "
                            "example), and reload"
                          : "read the answer: it names the metric that cannot be gathered"};
  return finding;
}

}  // namespace

void find_own_blindness(const View& view, Diagnosis& diagnosis) {
  std::size_t asked = 0;
  std::vector<const RunRecord*> blind;
  const auto count = [&](const Seen<Readiness>& ready) {
    if (ready.run()) ++asked;
    if (ready.error() && has_no_way(*ready.error())) blind.push_back(ready.run());
  };
  for (const auto component : {Component::loki, Component::tempo, Component::mimir, Component::grafana})
    count(view.readiness(component));
  for (const auto& alloy : view.plan().alloys) count(view.alloy_readiness(alloy));
  if (asked < 2 || blind.size() != asked) return;

  auto finding = watch_finding("watcher-not-on-network", "lgtmwatch");
  finding.severity = Severity::critical;
  finding.summary = fmt::format("lgtmwatch has no way to any of the {} components of this stack: {}", asked,
                                blind.front()->failure->what);
  for (const auto* run : blind)
    for (auto& line : evidence_of(run)) finding.evidence.push_back(std::move(line));
  finding.remedy = {"attach lgtmwatch to the network of the stack, and check the names in its configuration"};
  diagnosis.findings.push_back(std::move(finding));
}

void find_unreadable_backends(const View& view, Diagnosis& diagnosis) {
  for (const auto backend : {Component::mimir, Component::loki, Component::tempo}) {
    if (view.silence(backend) || query_fault(view, backend)) continue;  // these are told elsewhere
    if (trouble_of_backend(diagnosis, backend)) continue;
    if (view.is_in_doubt(std::string(to_string(backend)) + "_ready", view.address(backend))) continue;
    const auto* run = failed_question(view, backend);
    if (!run) continue;
    const bool keeps_us_out = run->failure->reason == Reason::tenant || run->failure->reason == Reason::auth;
    if (view.is_recovering(backend) && !keeps_us_out) continue;  // it has not come back entirely
    const std::string word(to_string(backend));
    const Asked asked{std::string(display_name(backend)), word, word, view.backend(backend)->endpoint};
    auto finding = unreadable(asked, *run->failure);
    finding.evidence = evidence_of(run);
    for (const auto signal : all_signals)
      if (backend_of(signal) == backend) finding.signals = {signal};
    diagnosis.findings.push_back(std::move(finding));
  }
}

void find_unreadable_alloys(const View& view, Diagnosis& diagnosis) {
  for (const auto& alloy : view.plan().alloys) {
    const auto ready = view.alloy_readiness(alloy);
    if (view.silence(alloy)) continue;  // find_alloy_faults has told it
    if (view.is_in_doubt("alloy_ready", alloy.name)) continue;
    const auto controller = view.settled<AlloyController>("alloy_controller", alloy.name);
    const auto* run = ready.error() ? ready.run() : controller.error() ? controller.run() : nullptr;
    if (!run || view.precedes_recovery(run, "alloy_ready", alloy.name)) continue;
    const auto name = fmt::format("lloy '{}'", alloy.name);
    const Asked asked{"A" + name, alloy.name, "a" + name, alloy.endpoint};
    auto finding =
        ready.value() && fails_to_gather(*run) ? fails_at_its_metrics(asked, *run) : unreadable(asked, *run->failure);
    finding.evidence = evidence_of(run);
    diagnosis.findings.push_back(std::move(finding));
  }
}

}  // namespace lgtmwatch
