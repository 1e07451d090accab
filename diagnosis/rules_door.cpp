// Requests that a receiver refuses at its door: a path, an encoding, credentials or a protocol that it does not take.
//
// They move no counter of accepted or refused items. Who sends them is not told by Alloy, so that a source is named
// only where it is the only silent one behind that receiver; lgtmwatch's own probes and canaries send what is taken,
// and where they are refused themselves, nothing is concluded.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "diagnosis/findings.hpp"
#include "diagnosis/inflow.hpp"
#include "diagnosis/paths.hpp"
#include "diagnosis/pipeline.hpp"

namespace lgtmwatch {
namespace {

constexpr int steadily = 3;  // readings in a row
constexpr double many = 5;   // requests within minutes
constexpr double some = 3;   // large batches are rare

struct Kind {
  std::string cause;
  std::string what;  // "{receiver} answers …"
  std::string remedy;
  std::vector<std::string> alternatives;
};

struct Refused {
  std::string detail;  // as in CounterKind::receiver_rejected
  Kind kind;
  Flow flow;
};

Kind kind_of(const std::string& detail) {
  if (detail == "http 415")
    return {"otlp-unsupported-encoding",
            "415 to requests whose Content-Type it does not take",
            "send application/x-protobuf or application/json: look at the exporter's protocol, and at proxies between "
            "that change the header",
            {}};
  if (detail == "http 400")
    return {"otlp-unsupported-encoding",
            "400 to requests that it cannot read: their Content-Encoding, or what is compressed in them",
            "use gzip or no compression (OTEL_EXPORTER_OTLP_COMPRESSION=gzip or none)",
            {"otlp-batch-too-large-source"}};
  if (detail == "http 2.0")
    return {"otlp-grpc-http-port-mixup",
            "400 to HTTP/2 on its HTTP port: something speaks gRPC to it",
            "use the port of the grpc block (4317 by convention), or set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
            {}};
  if (detail == "http 404")
    return {"otlp-http-path-wrong",
            "404 to exports on a path that it does not serve",
            "OTEL_EXPORTER_OTLP_ENDPOINT is the base without a path; the whole path with /v1/traces, /v1/metrics or "
            "/v1/logs belongs into OTEL_EXPORTER_OTLP_TRACES_ENDPOINT and the like, or into the code",
            {}};
  if (detail == "http 413" || detail == "grpc RESOURCE_EXHAUSTED")
    return {"otlp-batch-too-large-source",
            fmt::format("{} to batches that are too large", detail.substr(5)),
            "lower the exporter's batch (OTEL_BSP_MAX_EXPORT_BATCH_SIZE, max_export_batch_size), or raise "
            "max_recv_msg_size of the grpc block, max_request_body_size of the http block",
            {"receiver-refusing", "source-silent"}};
  return {"otlp-auth-missing",
          fmt::format("{} to requests without the credentials that it wants", detail.substr(5)),
          "give the source its header: OTEL_EXPORTER_OTLP_HEADERS=Authorization=Basic%20…, or take `auth` out of the "
          "receiver's block",
          {"source-silent"}};
}

class Door {
 public:
  Door(const View& view, Diagnosis& diagnosis, const AlloyPlan& alloy, std::string component)
      : view_(view), diagnosis_(diagnosis), pipeline_(view, alloy), component_(std::move(component)) {
    for (const auto& receiver : alloy.receivers)
      if (pipeline_.component_of(receiver) == component_) receivers_.push_back(&receiver);
  }

  void find() {
    if (receivers_.empty() || refuses_us()) return;
    auto refused = what_is_refused();
    auto silent = silent_sources();
    for (const auto& each : refused) {
      if (silent.empty() && !is_steady(each)) continue;
      tell(each, silent, refused);
      silent.clear();  // the most frequent refusal explains it
    }
  }

 private:
  // lgtmwatch's own requests are among those that are counted.
  bool refuses_us() const {
    return std::any_of(receivers_.begin(), receivers_.end(), [&](const ReceiverPlan* receiver) {
      const auto answers = view_.receiver_answers(receiver->name);
      if (!answers.value() || view_.is_receiver_in_doubt(receiver->name)) return true;
      const auto& signals = answers.value()->signals;
      return std::any_of(signals.begin(), signals.end(), [](const auto& answer) { return answer.refusal.has_value(); });
    });
  }

  // Of the time in which lgtmwatch itself was refused there.
  bool was_before_recovery(const Flow& flow) const {
    return std::any_of(receivers_.begin(), receivers_.end(), [&](const ReceiverPlan* receiver) {
      return flow.last_moved && view_.receiver_recovered_since(receiver->name, *flow.last_moved - flow.interval);
    });
  }

  std::vector<Refused> what_is_refused() const {
    constexpr std::array details{"http 400",
                                 "http 401",
                                 "http 403",
                                 "http 404",
                                 "http 413",
                                 "http 415",
                                 "http 2.0",
                                 "grpc UNAUTHENTICATED",
                                 "grpc PERMISSION_DENIED",
                                 "grpc RESOURCE_EXHAUSTED"};
    std::vector<Refused> found;
    for (const auto* detail : details) {
      const auto flow = pipeline_.flow({CounterKind::receiver_rejected, component_, {}, detail});
      if (flow.moves && flow.compared && !was_before_recovery(flow)) found.push_back({detail, kind_of(detail), flow});
    }
    std::stable_sort(found.begin(), found.end(), [](const Refused& a, const Refused& b) {
      return a.flow.increase_of_minutes > b.flow.increase_of_minutes;
    });
    return found;
  }

  std::vector<const Expectation*> silent_sources() const {
    std::vector<const Expectation*> silent;
    for (const auto& expectation : view_.plan().expectations) {
      const bool through = std::any_of(receivers_.begin(), receivers_.end(),
                                       [&](const auto* receiver) { return receiver->name == expectation.receiver; });
      if (!through || diagnosis_.explained_expectations.contains(target_of(expectation))) continue;
      if (!is_missing(view_, expectation)) continue;
      const auto inflow = inflow_of(view_, expectation);
      if (inflow != Inflow::moves && inflow != Inflow::begins) silent.push_back(&expectation);
    }
    return silent;
  }

  static bool is_steady(const Refused& refused) {
    const auto enough = refused.kind.cause == "otlp-batch-too-large-source" ? some : many;
    return refused.flow.moved_in_a_row >= steadily || refused.flow.increase_of_minutes >= enough;
  }

  void tell(const Refused& refused, const std::vector<const Expectation*>& silent,
            const std::vector<Refused>& all) const {
    std::set<std::string> sources;
    Finding finding;
    finding.cause = refused.kind.cause;
    finding.stage = Stage::source;
    for (const auto* expectation : silent) {
      sources.insert(expectation->source);
      finding.targets.insert(target_of(*expectation));
      for (auto& line : evidence_of(view_.newest(*expectation).run())) finding.evidence.push_back(std::move(line));
    }
    finding.signals = signals_of(silent);
    const auto asked = name_of_asked(refused.detail);
    finding.subject = sources.size() == 1 ? *sources.begin() : asked;
    finding.summary = fmt::format("receiver {} answers {} ({:.0f} within {}){}", asked, refused.kind.what,
                                  refused.flow.increase, format_age(refused.flow.interval), about(sources));
    finding.remedy = {refused.kind.remedy};
    finding.evidence.push_back(fmt::format("{}/metrics: {} has answered {} to {:.0f} requests, {:.0f} within {}",
                                           pipeline_.alloy().endpoint.url.text(), component_, refused.detail,
                                           refused.flow.raw, refused.flow.increase, format_age(refused.flow.interval)));
    finding.alternatives = refused.kind.alternatives;
    for (const auto& other : all)
      if (!silent.empty() && other.kind.cause != finding.cause) finding.alternatives.push_back(other.kind.cause);
    if (silent.empty()) {
      std::erase(finding.alternatives, "source-silent");
      finding.state = State::degraded;
      finding.severity = Severity::warning;
    }
    add_with_its_targets(view_, diagnosis_, std::move(finding));
  }

  static std::string about(const std::set<std::string>& sources) {
    if (sources.empty()) return "; which application sends them, Alloy does not say";
    if (sources.size() == 1) return fmt::format(", and nothing of {} arrives", *sources.begin());
    std::string list;
    for (const auto& source : sources) list += (list.empty() ? "" : ", ") + source;
    return fmt::format(", and nothing arrives of {}: at least one of them sends them", list);
  }

  std::vector<Signal> signals_of(const std::vector<const Expectation*>& silent) const {
    std::vector<Signal> signals;
    for (const auto signal : all_signals) {
      const bool is_silent = std::any_of(silent.begin(), silent.end(),
                                         [&](const auto* expectation) { return expectation->signal == signal; });
      const bool is_taken = std::any_of(receivers_.begin(), receivers_.end(), [&](const auto* receiver) {
        return std::find(receiver->signals.begin(), receiver->signals.end(), signal) != receiver->signals.end();
      });
      if (silent.empty() ? is_taken : is_silent) signals.push_back(signal);
    }
    return signals;
  }

  // The first that speaks the protocol in which the answer was given.
  std::string name_of_asked(const std::string& detail) const {
    const auto kind = detail.starts_with("grpc") ? ReceiverKind::otlp_grpc : ReceiverKind::otlp_http;
    for (const auto* receiver : receivers_)
      if (receiver->kind == kind) return receiver->name;
    return receivers_.front()->name;
  }

  const View& view_;
  Diagnosis& diagnosis_;
  Pipeline pipeline_;
  std::string component_;
  std::vector<const ReceiverPlan*> receivers_;
};

}  // namespace

void find_requests_refused_at_door(const View& view, Diagnosis& diagnosis) {
  for (const auto& alloy : view.plan().alloys) {
    if (view.is_in_doubt("alloy_ready", alloy.name) || view.silence(alloy)) continue;
    const Pipeline pipeline(view, alloy);
    for (const auto& component : subjects_of(pipeline.counters(), CounterKind::receiver_rejected))
      Door(view, diagnosis, alloy, component).find();
  }
}

}  // namespace lgtmwatch
