// Receivers that refuse what applications send, though they take an empty export: memory limiters, and outputs that
// lead to nowhere.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "diagnosis/findings.hpp"
#include "diagnosis/pipeline.hpp"

namespace lgtmwatch {
namespace {

bool is_exported_badly(const Diagnosis& diagnosis, Signal signal) {
  return std::any_of(diagnosis.findings.begin(), diagnosis.findings.end(), [&](const Finding& finding) {
    const bool of_signal = std::find(finding.signals.begin(), finding.signals.end(), signal) != finding.signals.end();
    return of_signal && (finding.stage == Stage::export_ || finding.stage == Stage::ingest);
  });
}

class Refusals {
 public:
  Refusals(const View& view, Diagnosis& diagnosis, const AlloyPlan& alloy)
      : view_(view), diagnosis_(diagnosis), pipeline_(view, alloy) {}

  void find() {
    for (const auto& limiter : subjects_of(pipeline_.counters(), CounterKind::processor_refused)) find_limiter(limiter);
    for (const auto& receiver : subjects_of(pipeline_.counters(), CounterKind::receiver_refused))
      find_refusing(receiver);
  }

 private:
  void find_limiter(const std::string& limiter) {
    std::vector<Signal> signals;
    double refused = 0;
    for (const auto signal : all_signals) {
      const auto flow = pipeline_.flow({CounterKind::processor_refused, limiter, signal, {}});
      if (flow.moves) signals.push_back(signal), refused += flow.increase;
      // Its first refusals; the next reading tells whether it goes on.
      if (!flow.compared && flow.raw > 0) limited_.push_back(signal);
    }
    if (signals.empty()) return;
    auto finding = made("memory-limiter-refusing", Stage::process, signals, limiter);
    finding.summary =
        fmt::format("Alloy '{}' refuses telemetry because its memory limiter {} is at its limit ({:.0f} items refused)",
                    pipeline_.alloy().name, limiter, refused);
    finding.remedy = {fmt::format("raise the limit of {}, or send less", limiter)};
    limited_.insert(limited_.end(), signals.begin(), signals.end());
    add(std::move(finding), {CounterKind::processor_refused, limiter, {}, {}});
  }

  // Its probe has told already what is wrong with it.
  bool is_told(const std::string& receiver) const {
    const auto subject = subject_for(receiver);
    return std::any_of(diagnosis_.findings.begin(), diagnosis_.findings.end(), [&](const Finding& finding) {
      return finding.stage == Stage::receive && finding.subject == subject;
    });
  }

  // Refused before the newest reading only, or in the one in which others begin to be accepted.
  bool is_over_or_ending(const std::string& receiver, Signal signal) const {
    const auto refused = pipeline_.flow({CounterKind::receiver_refused, receiver, signal, {}});
    const auto accepted = pipeline_.flow({CounterKind::receiver_accepted, receiver, signal, {}});
    return refused.still_in_a_row > 0 || accepted.moved_in_a_row == 1;
  }

  void find_refusing(const std::string& receiver) {
    if (is_told(receiver)) return;
    std::vector<Signal> nowhere;
    std::vector<Signal> refused;
    for (const auto signal : all_signals) {
      if (!pipeline_.flow({CounterKind::receiver_refused, receiver, signal, {}}).moves) continue;
      if (is_over_or_ending(receiver, signal)) continue;
      if (std::find(limited_.begin(), limited_.end(), signal) != limited_.end()) continue;
      if (is_exported_badly(diagnosis_, signal)) continue;
      const bool leads_on = !pipeline_.knows_graph() || !pipeline_.exporters_behind(receiver, signal).empty();
      (leads_on ? refused : nowhere).push_back(signal);
    }
    if (!nowhere.empty()) add_wired_to_nowhere(receiver, nowhere);
    if (!refused.empty()) add_refusing(receiver, refused);
  }

  void add_wired_to_nowhere(const std::string& receiver, const std::vector<Signal>& signals) {
    auto finding = made("wired-to-nowhere", Stage::process, signals, receiver);
    finding.summary =
        fmt::format("{} of {} leads to no exporter, and what applications send is refused", named(signals), receiver);
    finding.remedy = {fmt::format("wire {} to an exporter in every output block behind {}", named(signals), receiver)};
    finding.alternatives = {"memory-limiter-refusing"};
    add(std::move(finding), {CounterKind::receiver_refused, receiver, {}, {}});
  }

  void add_refusing(const std::string& receiver, const std::vector<Signal>& signals) {
    auto finding = made("receiver-refusing", Stage::receive, signals, receiver);
    finding.summary =
        fmt::format("{} refuses {} of applications, though it takes an empty export", receiver, named(signals));
    finding.remedy = {
        "the body of its 503 tells why: high memory usage, a full queue, or a type that is not supported"};
    finding.alternatives = {"memory-limiter-refusing", "exporter-queue-full-drop", "wired-to-nowhere"};
    add(std::move(finding), {CounterKind::receiver_refused, receiver, {}, {}});
  }

  static std::string named(const std::vector<Signal>& signals) {
    std::vector<std::string_view> names;
    for (const auto signal : signals) names.push_back(to_string(signal));
    return fmt::format("{}", fmt::join(names, ", "));
  }

  Finding made(std::string cause, Stage stage, const std::vector<Signal>& signals, const std::string& component) const {
    Finding finding;
    finding.cause = std::move(cause);
    finding.subject = subject_for(component);
    finding.stage = stage;
    finding.signals = signals;
    for (const auto& expectation : view_.plan().expectations)
      if (std::find(signals.begin(), signals.end(), expectation.signal) != signals.end() &&
          !view_.is_scraped(expectation) && pipeline_.may_pass(expectation, component))
        finding.targets.insert(target_of(expectation));
    return finding;
  }

  // The configured receiver that is this component, else the Alloy.
  std::string subject_for(const std::string& component) const {
    std::vector<std::string> names;
    for (const auto& receiver : pipeline_.alloy().receivers)
      if (pipeline_.component_of(receiver) == component) names.push_back(receiver.name);
    return names.size() == 1 ? names.front() : pipeline_.alloy().name;
  }

  void add(Finding finding, FlowOf counter) {
    bool all_refused = true;
    for (const auto signal : finding.signals) {
      counter.signal = signal;
      const auto refused = pipeline_.flow(counter);
      finding.evidence.push_back(fmt::format("{}/metrics: {} refused {:.0f} items of {} within {}",
                                             pipeline_.alloy().endpoint.url.text(), counter.subject, refused.increase,
                                             to_string(signal), format_age(refused.interval)));
      for (const auto& receiver : subjects_of(pipeline_.counters(), CounterKind::receiver_accepted))
        if (pipeline_.flow({CounterKind::receiver_accepted, receiver, signal, {}}).increase > 0 &&
            (!pipeline_.knows_graph() || pipeline_.leads_to(receiver, counter.subject)))
          all_refused = false;
    }
    finding.state = all_refused ? State::broken : State::degraded;
    finding.severity = all_refused ? Severity::critical : Severity::warning;
    add_with_its_targets(view_, diagnosis_, std::move(finding));
  }

  const View& view_;
  Diagnosis& diagnosis_;
  Pipeline pipeline_;
  std::vector<Signal> limited_;
};

}  // namespace

void find_refusals(const View& view, Diagnosis& diagnosis) {
  for (const auto& alloy : view.plan().alloys)
    if (!view.is_in_doubt("alloy_ready", alloy.name)) Refusals(view, diagnosis, alloy).find();
}

}  // namespace lgtmwatch
