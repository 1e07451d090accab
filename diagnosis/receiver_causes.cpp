#include "diagnosis/receiver_causes.hpp"

#include <fmt/format.h>

namespace lgtmwatch {
namespace {

bool is_otlp(ReceiverKind kind) { return kind == ReceiverKind::otlp_http || kind == ReceiverKind::otlp_grpc; }

std::string_view block_of(ReceiverKind kind) { return kind == ReceiverKind::otlp_grpc ? "grpc" : "http"; }

std::string_view component_of(ReceiverKind kind) {
  switch (kind) {
    case ReceiverKind::loki_push: return "loki.source.api";
    case ReceiverKind::remote_write: return "prometheus.receive_http";
    default: return "otelcol.receiver.otlp";
  }
}

// Where a gateway answered for it, the hint knows more than the port of the gateway.
ReceiverCause closed(const AskedReceiver& asked, const Error& refusal) {
  if (refusal.phase == Phase::content) return {"alloy-receiver-not-listening", "is closed", refusal.hint, {}};
  const auto port = asked.endpoint.url.port();
  if (asked.of_tempo)
    return {
        "tempo-otlp-not-listening",
        "is closed",
        fmt::format("give distributor.receivers.otlp.protocols.{} of Tempo the endpoint 0.0.0.0:{}",
                    block_of(asked.kind), port),
        {"tempo-otlp-binds-localhost: since Tempo 2.7 its receivers listen on 127.0.0.1 only, unless an endpoint is "
         "given"}};
  if (!is_otlp(asked.kind))
    return {"alloy-receiver-not-listening",
            "is closed",
            fmt::format("give this {} an http block with listen_address = \"0.0.0.0\" and listen_port = {}",
                        component_of(asked.kind), port),
            {}};
  return {"alloy-receiver-not-listening",
          "is closed",
          fmt::format("give this otelcol.receiver.otlp {} {} block whose endpoint is 0.0.0.0:{}: without the block no "
                      "server is started, and 127.0.0.1 is reachable from Alloy's own container only",
                      asked.kind == ReceiverKind::otlp_grpc ? "a" : "an", block_of(asked.kind), port),
          {}};
}

ReceiverCause hung(const AskedReceiver& asked, const Error& refusal) {
  const auto whose = asked.of_tempo ? "Tempo" : "Alloy";
  if (refusal.phase == Phase::connect)
    return {"receiver-hung",
            "hangs: no connection comes about",
            fmt::format("look for a firewall between lgtmwatch and {}, and for a full accept queue there", whose),
            {}};
  return {"receiver-hung",
          "hangs: it takes connections and does not answer",
          fmt::format("look at {}'s CPU and memory, and what else listens on this port", whose),
          {}};
}

ReceiverCause another_protocol(const AskedReceiver& asked) {
  const auto summary = fmt::format("does not speak {}", to_string(asked.kind));
  if (asked.kind == ReceiverKind::otlp_http)
    return {"otlp-grpc-http-port-mixup",
            summary,
            "use the port of the http block (4318 by convention), not that of the grpc block",
            {}};
  if (asked.kind == ReceiverKind::otlp_grpc)
    return {"otlp-grpc-http-port-mixup",
            summary,
            "use the port of the grpc block (4317 by convention), not that of the http block",
            {}};
  return {"receiver-protocol-mismatch",
          summary,
          fmt::format("check that the url is that of a {}", component_of(asked.kind)),
          {}};
}

ReceiverCause closes_connections(const AskedReceiver& asked, const Error& refusal) {
  if (asked.kind == ReceiverKind::otlp_http) return another_protocol(asked);
  return {"receiver-closes-connections",
          "closes connections without an answer",
          refusal.hint.empty() ? "look at the log of Alloy at this moment" : refusal.hint,
          {"otlp-grpc-http-port-mixup: something else than a receiver listens there"}};
}

ReceiverCause tls_mismatch(const AskedReceiver& asked, const Error& refusal) {
  const auto summary = refusal.phase != Phase::tls ? "expects TLS" : "does not complete the TLS handshake";
  return {is_otlp(asked.kind) ? "otlp-tls-mismatch-source" : "receiver-tls-mismatch", summary, refusal.hint, {}};
}

ReceiverCause not_found(const AskedReceiver& asked, const Error& refusal, bool all) {
  if (!is_otlp(asked.kind))
    return {"push-path-wrong",
            "does not know the path of its url",
            asked.kind == ReceiverKind::loki_push ? "the path of a loki.source.api is /loki/api/v1/push"
                                                  : "the path of a prometheus.receive_http is /api/v1/metrics/write",
            {}};
  if (!all || asked.of_tempo) return {"otlp-signal-not-wired", "does not take every signal", refusal.hint, {}};
  if (asked.kind == ReceiverKind::otlp_http)
    return {"otlp-http-path-wrong", "does not know the OTLP paths", "check the url: it is the base, without /v1/…", {}};
  return {"otlp-grpc-service-unknown",
          "speaks gRPC, but none of its services is an OTLP receiver",
          "check that the endpoint is that of the grpc block of an otelcol.receiver.otlp",
          {"otlp-signal-not-wired: none of the signals is wired in its output block"}};
}

}  // namespace

ReceiverCause receiver_cause(const AskedReceiver& asked, const Error& refusal, bool refuses_all_signals) {
  switch (refusal.reason) {
    case Reason::refused: return closed(asked, refusal);
    case Reason::timeout: return hung(asked, refusal);
    case Reason::dns:
      return {"receiver-name-not-resolved",
              "has a name that does not resolve",
              "check the name and that a network is shared with it",
              {}};
    case Reason::unreachable:
      return {"receiver-unreachable", "cannot be reached", "check the route and that a network is shared with it", {}};
    case Reason::protocol: return another_protocol(asked);
    case Reason::reset: return closes_connections(asked, refusal);
    case Reason::tls: return tls_mismatch(asked, refusal);
    case Reason::not_found: return not_found(asked, refusal, refuses_all_signals);
    case Reason::auth:
    case Reason::tenant:
      return {"watcher-auth-rejected",
              "does not take lgtmwatch's credentials",
              "set the auth or tenant of this receiver",
              {}};
    default:
      return {"receiver-refusing",
              "refuses even an empty export",
              asked.of_tempo ? "look at Tempo's limits and log" : "look at Alloy's memory limiter and log",
              {}};
  }
}

bool fails_at_proxy(const Endpoint& endpoint, const Error& error) {
  const bool before = error.phase == Phase::resolve || error.phase == Phase::connect;
  return endpoint.proxy && before && endpoint.url.scheme() != Url::Scheme::unix_socket;
}

bool is_trouble_of_lgtmwatch(const Endpoint& endpoint, const Error& error) {
  return fails_at_proxy(endpoint, error) || error.reason == Reason::internal;
}

}  // namespace lgtmwatch
