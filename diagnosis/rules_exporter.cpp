// Exporters of an Alloy that answers: unreachable backends, refusals, full queues.
//
// What a backend's own finding explains (it is down, it discards) is listed under that.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "diagnosis/backend_writes.hpp"
#include "diagnosis/exporters.hpp"
#include "diagnosis/findings.hpp"
#include "diagnosis/scraped_lines.hpp"

namespace lgtmwatch {
namespace {

struct Kind {
  std::string cause;
  std::string summary;  // "Alloy 'gateway' …"
  std::string remedy;
  std::vector<std::string> alternatives = {};
};

int port_in(const std::string& address) {
  const auto colon = address.rfind(':');
  return colon == std::string::npos ? 0 : std::atoi(address.c_str() + colon + 1);
}

// Tempo's own receiver takes plain gRPC from lgtmwatch on the port to which the exporter speaks TLS.
const RunRecord* plain_text_answer(const View& view, const ExporterTrouble& trouble, const AlloyComponent* arguments) {
  const auto& tempo = view.plan().tempo;
  if (trouble.signal != Signal::traces || !tempo || !tempo->otlp_grpc || !arguments || !arguments->with_tls)
    return nullptr;
  const auto& url = tempo->otlp_grpc->url;
  if (url.scheme() != Url::Scheme::http || url.port() != port_in(arguments->sends_to)) return nullptr;
  const auto answers = view.settled<ReceiverAnswers>("tempo_otlp_grpc", url.address());
  return answers.value() && accepts(*answers.value(), Signal::traces) ? answers.run() : nullptr;
}

Kind tls_mismatch(const std::string& to) {
  return {"exporter-tls-mismatch", fmt::format("speaks TLS to {}, which speaks plain text", to),
          "say so in the exporter's client block: tls { insecure = true }; otelcol.exporter.otlp uses TLS unless told "
          "otherwise"};
}

// Docker rules out what else it could be: the name leads to Tempo's container, on a network that Alloy shares.
bool refuses_all_but_itself(const View& view, const ExporterTrouble& trouble, const AlloyPlan& alloy,
                            const AlloyComponent* arguments) {
  if (trouble.signal != Signal::traces || !arguments || arguments->with_tls) return false;
  const auto ready = view.readiness(Component::tempo);
  const Containers containers(view);
  const auto* of_tempo = container_of(view, containers, Component::tempo);
  const auto* of_alloy = containers.of_alloy(alloy);
  const auto host = arguments->sends_to.substr(0, arguments->sends_to.rfind(':'));
  return ready.value() && ready.value()->ready && of_tempo && of_alloy && of_tempo != of_alloy &&
         is_running(*of_tempo) && answers_to(*of_tempo, host) && share_a_network(*of_tempo, *of_alloy);
}

Kind binds_localhost(const std::string& to) {
  return {"tempo-otlp-binds-localhost",
          fmt::format("is refused by {}, whose container it reaches and which is ready", to),
          "give Tempo's receivers an address, as they listen on 127.0.0.1 since Tempo 2.7: distributor.receivers.otlp."
          "protocols.grpc.endpoint: 0.0.0.0:4317 (and http.endpoint: 0.0.0.0:4318), then restart Tempo",
          {"tempo-otlp-not-listening"}};
}

Kind unreachable(const ExporterTrouble& trouble, const std::string& to, const AlloyComponent* arguments) {
  Kind kind{"exporter-unreachable-retrying", fmt::format("cannot deliver to {} and retries", to),
            fmt::format("is {} up, on a network that Alloy shares, and listening on 0.0.0.0 at this port?", to)};
  const bool grpc = trouble.exporter.starts_with("otelcol.exporter.otlp.");
  if (grpc && (!arguments || arguments->with_tls)) kind.alternatives.emplace_back("exporter-tls-mismatch");
  // It counts what it tries again, whether the backend refused it for a while or there was no connection.
  if (trouble.exporter.starts_with("prometheus.remote_write.")) kind.alternatives.emplace_back("exporter-rate-limited");
  if (grpc && trouble.signal == Signal::traces) kind.alternatives.emplace_back("tempo-otlp-binds-localhost");
  kind.alternatives.emplace_back("docker-no-shared-network");
  return kind;
}

Kind too_large(const std::string& to) {
  return {"exporter-grpc-message-too-large",
          fmt::format("sends messages that are too large for {}, beside others that it takes", to),
          "lower send_batch_max_size of the otelcol.processor.batch before it, or raise "
          "max_recv_msg_size_mib of the backend's OTLP receiver (not of its server block)",
          {"exporter-rate-limited"}};
}

Kind kind_of(const ExporterTrouble& trouble, const std::string& to, const AlloyComponent* arguments) {
  switch (trouble.trouble) {
    case Trouble::auth:
      return {"exporter-auth-or-no-org", fmt::format("is refused by {}: credentials or tenant are missing", to),
              "set the tenant (X-Scope-OrgID, tenant_id) or the credentials of this exporter"};
    case Trouble::path:
      return {"exporter-wrong-path", fmt::format("sends to a path that {} does not know", to),
              "correct the path in the exporter's URL: /loki/api/v1/push, /api/v1/push, /otlp"};
    case Trouble::too_large: return too_large(to);
    case Trouble::limit:
      return {"exporter-rate-limited", fmt::format("is held back by a limit of {}", to),
              "raise the tenant's ingestion limits there, or send less"};
    case Trouble::reject:
      return {"exporter-permanent-reject",
              fmt::format("sends what {} refuses for good", to),
              "read Alloy's log for the status and the first line of the refusal",
              {"exporter-auth-or-no-org", "exporter-wrong-path", "delta-temporality"}};
    case Trouble::full:
      return {"exporter-queue-full-drop",
              fmt::format("drops telemetry: the queue to {} is full", to),
              "the backend is too slow or does not answer; a queue must hold rate × outage",
              {"exporter-unreachable-retrying"}};
    case Trouble::filling:
      return {"exporter-queue-filling",
              fmt::format("sends less than it takes in: the queue to {} is nearly full", to),
              fmt::format("find out why {} takes so little; more senders (sending_queue {{ num_consumers = … }}) and a "
                          "longer queue (sending_queue {{ queue_size = … }}) help against bursts only",
                          to),
              {"exporter-unreachable-retrying", "exporter-rate-limited"}};
    case Trouble::stalled:
      return {"rw-wal-watcher-stall",
              fmt::format("appends samples, but its remote write to {} has stopped reading them", to),
              "restart Alloy; where it comes back, move its write-ahead log aside while it is stopped"};
    case Trouble::unreachable: break;
  }
  return unreachable(trouble, to, arguments);
}

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
    const auto* arguments = pipeline_.arguments_of(trouble.exporter);
    const std::string name(display_name(backend_of(trouble.signal)));
    const auto to =
        arguments && !arguments->sends_to.empty() ? fmt::format("{} at {}", name, arguments->sends_to) : name;
    const auto* plain = plain_text_answer(view_, trouble, arguments);
    const bool unreachable = trouble.trouble == Trouble::unreachable;
    const bool grpc = trouble.exporter.starts_with("otelcol.exporter.otlp.");
    const bool shut = grpc && refuses_all_but_itself(view_, trouble, pipeline_.alloy(), arguments);
    const auto kind = unreachable && plain  ? tls_mismatch(to)
                      : unreachable && shut ? binds_localhost(to)
                                            : kind_of(trouble, to, arguments);
    auto& finding = findings_[{kind.cause, trouble.signal}];
    if (finding.cause.empty()) {
      const auto& alloy = pipeline_.alloy();
      finding.cause = kind.cause;
      finding.subject = alloy.name;
      finding.stage = Stage::export_;
      if (unreachable && !plain && shut) finding.stage = Stage::ingest, finding.subject = "tempo";
      finding.signals = {trouble.signal};
      finding.summary = fmt::format("Alloy '{}' {}: {}", alloy.name, kind.summary, trouble.sentence);
      finding.remedy = {kind.remedy};
      finding.alternatives = kind.alternatives;
      finding.state = State::degraded;
      finding.severity = Severity::warning;
    }
    if (!trouble.sends_some) {
      finding.state = State::broken;
      finding.severity = Severity::critical;
    }
    finding.evidence.push_back(fmt::format("{}/metrics: {}", pipeline_.alloy().endpoint.url.text(), trouble.sentence));
    if (unreachable && plain)
      for (auto& line : evidence_of(plain)) finding.evidence.push_back(std::move(line));
    if (arguments && (unreachable && (plain || shut)))
      finding.evidence.push_back(fmt::format("{}/api/v0/web/components/{}: endpoint {}, TLS {}",
                                             pipeline_.alloy().endpoint.url.text(), trouble.exporter,
                                             arguments->sends_to, arguments->with_tls ? "on" : "off"));
    if (trouble.drops && kind.cause != "exporter-queue-full-drop") finding.consequences.push_back(follows(trouble));
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
