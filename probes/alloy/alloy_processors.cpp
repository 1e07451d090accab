#include "probes/alloy/alloy_processors.hpp"

#include <algorithm>
#include <array>

#include "daemon/base/text.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t longest_name = 120;

struct Code {
  std::string_view number;  // of older builds
  std::string_view name;
};

constexpr std::array grpc_refusals{Code{"7", "PERMISSION_DENIED"}, Code{"8", "RESOURCE_EXHAUSTED"},
                                   Code{"16", "UNAUTHENTICATED"}};
constexpr std::array<std::string_view, 6> http_refusals{"400", "401", "403", "404", "413", "415"};

CounterReading reading_of(CounterKind kind, const Sample& sample, std::optional<Signal> signal, std::string detail) {
  return {{kind, shown_text(sample.label("component_id"), longest_name), signal, shown_text(detail, longest_name)},
          sample.value};
}

std::string first_label(const Sample& sample, std::string_view name, std::string_view older) {
  auto value = sample.label(name);
  return value.empty() ? sample.label(older) : value;
}

// Nothing where the request was not refused.
std::string http_refusal(const Sample& sample) {
  const auto status = first_label(sample, "http_response_status_code", "http_status_code");
  const auto method = first_label(sample, "http_request_method", "http_method");
  const auto version = first_label(sample, "network_protocol_version", "net_protocol_version");
  if (method == "_OTHER" && version.starts_with('2')) return "http 2.0";
  const bool refused = std::find(http_refusals.begin(), http_refusals.end(), status) != http_refusals.end();
  return refused && method == "POST" ? "http " + status : std::string();
}

std::string grpc_refusal(const std::string& code) {
  for (const auto& refusal : grpc_refusals)
    if (code == refusal.number || code == refusal.name) return "grpc " + std::string(refusal.name);
  return {};
}

std::optional<Signal> signal_named(const std::string& name) {
  for (const auto signal : all_signals)
    if (to_string(signal) == name) return signal;
  return std::nullopt;
}

}  // namespace

std::optional<CounterReading> rejected_requests(const Sample& sample) {
  std::string refusal;
  if (sample.name == "http_server_request_duration_seconds_count" ||
      sample.name == "http_server_duration_milliseconds_count")
    refusal = http_refusal(sample);
  if (sample.name == "rpc_server_call_duration_seconds_count")
    refusal = grpc_refusal(sample.label("rpc_response_status_code"));
  if (sample.name == "rpc_server_duration_milliseconds_count")
    refusal = grpc_refusal(sample.label("rpc_grpc_status_code"));
  if (refusal.empty() || !sample.label("component_id").starts_with("otelcol.receiver.")) return std::nullopt;
  return reading_of(CounterKind::receiver_rejected, sample, std::nullopt, std::move(refusal));
}

std::optional<CounterReading> processed_items(const Sample& sample) {
  const auto& name = sample.name;
  const auto of_metrics = std::optional(Signal::metrics);
  if (name == "otelcol_processor_incoming_items_total" || name == "otelcol_processor_outgoing_items_total") {
    const auto kind =
        name.find("incoming") != std::string_view::npos ? CounterKind::processor_in : CounterKind::processor_out;
    return reading_of(kind, sample, signal_named(sample.label("otel_signal")), {});
  }
  if (name == "alloy_prometheus_relabel_metrics_processed")
    return reading_of(CounterKind::processor_in, sample, of_metrics, {});
  if (name == "alloy_prometheus_relabel_metrics_written")
    return reading_of(CounterKind::processor_out, sample, of_metrics, {});
  if (name == "loki_process_dropped_lines_total")
    return reading_of(CounterKind::processor_dropped, sample, Signal::logs, sample.label("reason"));
  return std::nullopt;
}

}  // namespace lgtmwatch
