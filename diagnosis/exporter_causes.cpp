#include "diagnosis/exporter_causes.hpp"

#include <fmt/format.h>

#include <set>

#include "diagnosis/backend_writes.hpp"
#include "diagnosis/container_logs.hpp"

namespace lgtmwatch {
namespace {

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

ExporterCause tls_mismatch(const std::string& to) {
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

ExporterCause binds_localhost(const std::string& to) {
  return {"tempo-otlp-binds-localhost",
          fmt::format("is refused by {}, whose container it reaches and which is ready", to),
          "give Tempo's receivers an address, as they listen on 127.0.0.1 since Tempo 2.7: distributor.receivers.otlp."
          "protocols.grpc.endpoint: 0.0.0.0:4317 (and http.endpoint: 0.0.0.0:4318), then restart Tempo",
          {"tempo-otlp-not-listening"},
          Stage::ingest,
          "tempo"};
}

ExporterCause unreachable(const ExporterTrouble& trouble, const std::string& to, const AlloyComponent* arguments) {
  ExporterCause kind{
      "exporter-unreachable-retrying", fmt::format("cannot deliver to {} and retries", to),
      fmt::format("is {} up, on a network that Alloy shares, and listening on 0.0.0.0 at this port?", to)};
  const bool grpc = trouble.exporter.starts_with("otelcol.exporter.otlp.");
  if (grpc && (!arguments || arguments->with_tls)) kind.alternatives.emplace_back("exporter-tls-mismatch");
  // It counts what it tries again, whether the backend refused it for a while or there was no connection.
  if (trouble.exporter.starts_with("prometheus.remote_write.")) kind.alternatives.emplace_back("exporter-rate-limited");
  if (grpc && trouble.signal == Signal::traces) kind.alternatives.emplace_back("tempo-otlp-binds-localhost");
  kind.alternatives.emplace_back("docker-no-shared-network");
  return kind;
}

ExporterCause too_large(const std::string& to) {
  return {"exporter-grpc-message-too-large",
          fmt::format("sends messages that are too large for {}, beside others that it takes", to),
          "lower send_batch_max_size of the otelcol.processor.batch before it, or raise "
          "max_recv_msg_size_mib of the backend's OTLP receiver (not of its server block)",
          {"exporter-rate-limited"}};
}

ExporterCause usual_cause(const ExporterTrouble& trouble, const std::string& to, const AlloyComponent* arguments) {
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

// As Mimir says it. Nothing but the log tells it from other refusals, and there is no counter of the metrics.
std::optional<FoundLine> refusal_of_deltas(const View& view, const Pipeline& pipeline, const ExporterTrouble& trouble) {
  if (trouble.trouble != Trouble::reject || trouble.signal != Signal::metrics) return std::nullopt;
  return find_in_logs(view, pipeline.alloy(), "invalid temporality and type combination");
}

// The only one whose metrics pass the exporter; empty where there are others.
std::string only_source_before(const View& view, const Pipeline& pipeline, const std::string& exporter) {
  std::set<std::string> sources;
  for (const auto& expectation : view.plan().expectations)
    if (expectation.signal == Signal::metrics && pipeline.may_pass(expectation, exporter))
      sources.insert(expectation.source);
  return sources.size() == 1 ? *sources.begin() : std::string();
}

ExporterCause of_deltas(const std::string& to, const std::string& source, const FoundLine& line) {
  const auto who = source.empty() ? "the application whose metric the log names" : source;
  return {"delta-temporality",
          fmt::format("sends deltas, which {} refuses with the whole batch", to),
          fmt::format("set OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=cumulative on {}, or put an "
                      "otelcol.processor.deltatocumulative before the exporter",
                      who),
          {},
          Stage::source,
          source,
          {line.evidence}};
}

std::string where_it_sends(const Pipeline& pipeline, const ExporterTrouble& trouble, const AlloyComponent& arguments) {
  return fmt::format("{}/api/v0/web/components/{}: endpoint {}, TLS {}", pipeline.alloy().endpoint.url.text(),
                     trouble.exporter, arguments.sends_to, arguments.with_tls ? "on" : "off");
}

}  // namespace

ExporterCause exporter_cause(const View& view, const Pipeline& pipeline, const ExporterTrouble& trouble) {
  const auto* arguments = pipeline.arguments_of(trouble.exporter);
  const std::string name(display_name(backend_of(trouble.signal)));
  const auto to = arguments && !arguments->sends_to.empty() ? fmt::format("{} at {}", name, arguments->sends_to) : name;
  if (const auto line = refusal_of_deltas(view, pipeline, trouble))
    return of_deltas(to, only_source_before(view, pipeline, trouble.exporter), *line);
  if (trouble.trouble == Trouble::unreachable) {
    if (const auto* plain = plain_text_answer(view, trouble, arguments)) {
      auto cause = tls_mismatch(to);
      cause.evidence = evidence_of(plain);
      cause.evidence.push_back(where_it_sends(pipeline, trouble, *arguments));
      return cause;
    }
    const bool grpc = trouble.exporter.starts_with("otelcol.exporter.otlp.");
    if (grpc && refuses_all_but_itself(view, trouble, pipeline.alloy(), arguments)) {
      auto cause = binds_localhost(to);
      cause.evidence = {where_it_sends(pipeline, trouble, *arguments)};
      return cause;
    }
  }
  return usual_cause(trouble, to, arguments);
}

}  // namespace lgtmwatch
