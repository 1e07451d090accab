// Exporters of an Alloy that answers: unreachable backends, refusals, full queues.
//
// What a backend's own finding explains (it is down, it discards) is listed under that.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "diagnosis/exporter_causes.hpp"
#include "diagnosis/findings.hpp"
#include "diagnosis/scraped_lines.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration still_the_same = std::chrono::minutes(3);

bool is_refused(const ExporterTrouble& trouble) {
  return trouble.trouble == Trouble::limit || trouble.trouble == Trouble::reject ||
         trouble.trouble == Trouble::too_large;
}

// A finding about the backend that explains why its exporter does not get on.
Finding* explaining(Diagnosis& diagnosis, const ExporterTrouble& trouble) {
  const auto backend = to_string(backend_of(trouble.signal));
  const bool refused = is_refused(trouble) || trouble.trouble == Trouble::filling;
  const bool fails = trouble.trouble == Trouble::unreachable || trouble.trouble == Trouble::full;
  if (auto* root = fails ? trouble_of_backend(diagnosis, backend_of(trouble.signal)) : nullptr) return root;
  for (auto& finding : diagnosis.findings) {
    if (finding.stage != Stage::ingest || finding.subject != backend) continue;
    const bool discards = finding.cause.find("backend-") != 0;
    if (!discards || refused) return &finding;
  }
  return nullptr;
}

class Exporters {
 public:
  Exporters(const View& view, Diagnosis& diagnosis, const AlloyPlan& alloy)
      : view_(view), diagnosis_(diagnosis), pipeline_(view, alloy) {}

  void find() {
    if (!pipeline_.counters()) return;
    for (const auto& trouble : exporter_troubles(pipeline_)) {
      if (view_.is_in_doubt(std::string(to_string(backend_of(trouble.signal))) + "_ready",
                            view_.address(backend_of(trouble.signal))))
        continue;  // it may be down, which would explain it
      if (is_door_in_doubt(trouble)) continue;
      if (trouble.trouble == Trouble::reject && trouble.signal == Signal::logs && is_only_sent_again(view_)) continue;
      if (auto* finding = explaining(diagnosis_, trouble)) {
        finding->consequences.push_back(follows(trouble));
        if (trouble.trouble == Trouble::filling) continue;
        break_paths(*finding, trouble);
        explain_targets(view_, diagnosis_, *finding);
      } else if (is_refused(trouble) && may_be_discarded(trouble)) {
        continue;
      } else if (!view_.is_recovering(backend_of(trouble.signal))) {
        tell(trouble);
      }
    }
    for (auto& [key, finding] : findings_) {
      add_with_its_targets(view_, diagnosis_, std::move(finding));
    }
  }

 private:
  // Tempo's own receiver, which would tell why, has failed once.
  bool is_door_in_doubt(const ExporterTrouble& trouble) const {
    const auto& tempo = view_.plan().tempo;
    return trouble.signal == Signal::traces && tempo && tempo->otlp_grpc &&
           view_.is_in_doubt("tempo_otlp_grpc", tempo->otlp_grpc->url.address());
  }

  std::string follows(const ExporterTrouble& trouble) const {
    const auto* cause = trouble.drops                         ? "exporter-queue-full-drop"
                        : trouble.trouble == Trouble::filling ? "exporter-queue-filling"
                                                              : "exporter-unreachable-retrying";
    return is_refused(trouble) ? trouble.sentence : fmt::format("{}: {}", cause, trouble.sentence);
  }

  // A batch processor before a full queue has answered the sender long before the loss.
  void note_hidden_loss(const ExporterTrouble& trouble, Finding& finding) const {
    for (const auto& receiver : subjects_of(pipeline_.counters(), CounterKind::receiver_accepted)) {
      if (!pipeline_.flow({CounterKind::receiver_accepted, receiver, trouble.signal, {}}).moves) continue;
      if (pipeline_.flow({CounterKind::receiver_refused, receiver, trouble.signal, {}}).moves) continue;
      for (const auto& step : pipeline_.way(receiver, trouble.exporter)) {
        if (!step.starts_with("otelcol.processor.batch.")) continue;
        const auto* cause = "batch-hides-backpressure";
        finding.consequences.push_back(fmt::format(
            "{}: what is dropped behind {} is accepted by {}, and its senders get success", cause, step, receiver));
        return;
      }
    }
  }

  // The backend has thrown something away a short while ago, or was not asked since this refusal, the first, was read.
  bool may_be_discarded(const ExporterTrouble& trouble) const {
    const std::string backend(to_string(backend_of(trouble.signal)));
    const auto* windows = view_.counters(backend + "_metrics", view_.address(backend_of(trouble.signal)));
    if (!windows) return false;
    const auto discarded = flow_of(windows, {CounterKind::backend_discarded, backend, {}, {}});
    const bool lately = discarded.last_moved && windows->at - *discarded.last_moved < still_the_same;
    return lately || (trouble.has_just_begun && windows->at < pipeline_.counters()->at);
  }

  void break_paths(Finding& finding, const ExporterTrouble& trouble) const {
    if (trouble.drops) note_hidden_loss(trouble, finding);
    for (const auto& expectation : view_.plan().expectations)
      if (expectation.signal == trouble.signal && pipeline_.may_pass(expectation, trouble.exporter))
        finding.targets.insert(target_of(expectation));
  }

  void tell(const ExporterTrouble& trouble) {
    const auto cause = exporter_cause(view_, pipeline_, trouble);
    auto& finding = findings_[{cause.cause, trouble.signal}];
    if (finding.cause.empty()) {
      const auto& alloy = pipeline_.alloy();
      finding.cause = cause.cause;
      finding.subject = cause.subject.empty() ? alloy.name : cause.subject;
      finding.stage = cause.stage;
      finding.signals = {trouble.signal};
      finding.summary = fmt::format("Alloy '{}' {}: {}", alloy.name, cause.summary, trouble.sentence);
      finding.remedy = {cause.remedy};
      finding.alternatives = cause.alternatives;
      finding.state = State::degraded;
      finding.severity = Severity::warning;
    }
    if (!trouble.sends_some) {
      finding.state = State::broken;
      finding.severity = Severity::critical;
    }
    finding.evidence.push_back(fmt::format("{}/metrics: {}", pipeline_.alloy().endpoint.url.text(), trouble.sentence));
    finding.evidence.insert(finding.evidence.end(), cause.evidence.begin(), cause.evidence.end());
    if (trouble.drops && cause.cause != "exporter-queue-full-drop") finding.consequences.push_back(follows(trouble));
    break_paths(finding, trouble);
  }

  const View& view_;
  Diagnosis& diagnosis_;
  Pipeline pipeline_;
  std::map<std::pair<std::string, Signal>, Finding> findings_;
};

}  // namespace

void find_exporter_faults(const View& view, Diagnosis& diagnosis) {
  for (const auto& alloy : view.plan().alloys)
    if (!view.is_in_doubt("alloy_ready", alloy.name)) Exporters(view, diagnosis, alloy).find();
}

}  // namespace lgtmwatch
