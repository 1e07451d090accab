// Processors and relabellings inside Alloy that let nothing through of what comes to them, while what should have come
// through them is silent. Dropping everything may be what they are for, so that without a silence nothing is said.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "diagnosis/findings.hpp"
#include "diagnosis/paths.hpp"
#include "diagnosis/pipeline.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration longest_hold = std::chrono::seconds(30);  // of what waits in a processor, as tail sampling lets it

class Processors {
 public:
  Processors(const View& view, Diagnosis& diagnosis, const AlloyPlan& alloy)
      : view_(view), diagnosis_(diagnosis), pipeline_(view, alloy) {}

  void find() {
    for (const auto& component : subjects_of(pipeline_.counters(), CounterKind::processor_in)) {
      if (component.starts_with("otelcol.processor.memory_limiter.")) continue;
      for (const auto signal : all_signals) find_closed(component, signal);
    }
    for (const auto& component : subjects_of(pipeline_.counters(), CounterKind::processor_dropped))
      find_dropping(component);
  }

 private:
  void find_closed(const std::string& component, Signal signal) {
    const auto in = pipeline_.flow({CounterKind::processor_in, component, signal, {}});
    const auto out = pipeline_.flow({CounterKind::processor_out, component, signal, {}});
    if (!in.moves || !in.compared) return;
    if (out.last_moved && (!in.last_moved || *in.last_moved - *out.last_moved < longest_hold)) return;
    if (out.known ? out.still_in_a_row < 2 : in.increase_of_minutes <= in.increase) return;
    const bool relabels = component.starts_with("prometheus.relabel.");
    auto finding =
        relabels ? made("relabel-drops-all", signal, component) : made("filter-drops-everything", signal, component);
    if (finding.targets.empty()) return;
    const auto* what = relabels ? "samples" : to_string(signal).data();
    finding.summary = fmt::format(
        "{} of Alloy '{}' lets nothing through: {:.0f} {} came to it and none left it within {}{}", component,
        pipeline_.alloy().name, in.increase, what, format_age(in.interval), what_is_silent(finding));
    finding.remedy = {relabels ? fmt::format("look at the rules of {}: a `keep` matches nothing, or a `drop` matches "
                                             "everything",
                                             component)
                               : fmt::format("look at the conditions of {}: they match more than is meant", component)};
    finding.evidence.push_back(fmt::format("{}/metrics: {} has taken in {:.0f} {} and let out {:.0f} within {}",
                                           pipeline_.alloy().endpoint.url.text(), component, in.increase, what,
                                           out.increase, format_age(in.interval)));
    add_with_its_targets(view_, diagnosis_, std::move(finding));
  }

  // Of a loki.process only what it drops is counted: it drops everything where nothing is sent behind it, or where it
  // drops as many lines as its scrapers read.
  void find_dropping(const std::string& component) {
    const FlowOf dropped{CounterKind::processor_dropped, component, Signal::logs, {}};
    const auto flow = pipeline_.flow(dropped);
    if (!flow.moves || !flow.compared) return;
    if (something_leaves(component) && !drops_what_is_read(component, flow)) return;
    auto finding = made("filter-drops-everything", Signal::logs, component);
    if (finding.targets.empty()) return;
    const auto reasons = moving_details(pipeline_.counters(), dropped, std::chrono::minutes(5));
    finding.summary = fmt::format("{} of Alloy '{}' drops every line ({:.0f} within {}, reason {}){}", component,
                                  pipeline_.alloy().name, flow.increase, format_age(flow.interval),
                                  fmt::join(reasons, ", "), what_is_silent(finding));
    finding.remedy = {
        fmt::format("look at the stage.drop and the stage.match with action = \"drop\" of {}: its "
                    "drop_counter_reason is {}",
                    component, fmt::join(reasons, ", "))};
    finding.evidence.push_back(fmt::format("{}/metrics: {} has dropped {:.0f} lines within {}, reason {}",
                                           pipeline_.alloy().endpoint.url.text(), component, flow.increase,
                                           format_age(flow.interval), fmt::join(reasons, ", ")));
    add_with_its_targets(view_, diagnosis_, std::move(finding));
  }

  bool drops_what_is_read(const std::string& component, const Flow& dropped) const {
    double read = 0;
    for (const auto& receiver : pipeline_.alloy().receivers)
      if (pipeline_.leads_to(pipeline_.component_of(receiver), component))
        read += pipeline_.lines_read(receiver).increase;
    return read > 0 && dropped.increase >= 0.9 * read;
  }

  bool something_leaves(const std::string& component) const {
    const auto exporters = pipeline_.exporters_behind(component, Signal::logs);
    return exporters.empty() || std::any_of(exporters.begin(), exporters.end(), [&](const std::string& exporter) {
             const auto sent = pipeline_.flow({CounterKind::exporter_sent, exporter, Signal::logs, {}});
             return !sent.compared || sent.moves || sent.still_in_a_row < 2;
           });
  }

  // With what is silent behind the component as its targets.
  Finding made(std::string cause, Signal signal, const std::string& component) const {
    Finding finding;
    finding.cause = std::move(cause);
    finding.subject = pipeline_.alloy().name;
    finding.stage = Stage::process;
    finding.signals = {signal};
    if (!pipeline_.knows_graph()) return finding;
    for (const auto& expectation : view_.plan().expectations) {
      if (expectation.signal != signal || expectation.receiver.empty()) continue;
      if (diagnosis_.explained_expectations.contains(target_of(expectation))) continue;
      if (!is_missing(view_, expectation)) continue;
      if (pipeline_.may_pass(expectation, component)) finding.targets.insert(target_of(expectation));
    }
    return finding;
  }

  static std::string what_is_silent(const Finding& finding) {
    return fmt::format("; silent behind it: {}", fmt::join(finding.targets, ", "));
  }

  const View& view_;
  Diagnosis& diagnosis_;
  Pipeline pipeline_;
};

}  // namespace

void find_processor_drops(const View& view, Diagnosis& diagnosis) {
  for (const auto& alloy : view.plan().alloys)
    if (!view.is_in_doubt("alloy_ready", alloy.name)) Processors(view, diagnosis, alloy).find();
}

}  // namespace lgtmwatch
