#include "sandbox/alloy_figures.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>

namespace lgtmwatch::sandbox {
namespace {

constexpr std::array<std::array<const char*, 2>, 3> items_of_signals{
    {{"metrics", "metric_points"}, {"logs", "log_records"}, {"traces", "spans"}}};

// The recorded series that begins with the text: name and labels.
std::string series_of(std::string_view metrics, const std::string& start) {
  const auto at = metrics.find(start);
  if (at == std::string_view::npos) return start;
  const auto line = metrics.substr(at, metrics.substr(at).find('\n'));
  return std::string(line.substr(0, line.rfind(' ')));
}

// A receiver that never accepted anything of a signal has no counters for it.
void receiver(Figures& figures, const Pipeline& pipeline, const std::string& name, const std::string& signal,
              const std::string& accepted_series) {
  const auto found = pipeline.accepted().find({name, signal});
  const bool none = found == pipeline.accepted().end();
  figures[accepted_series] = none ? left_out : static_cast<double>(found->second);
  for (const auto* result : {"_refused_", "_failed_"})
    figures[replace_all(accepted_series, "_accepted_", result)] = none ? left_out : 0;
}

void receivers(Figures& figures, const Pipeline& pipeline, std::string_view metrics) {
  for (const auto& [signal, items] : items_of_signals) {
    const auto start =
        fmt::format("otelcol_receiver_accepted_{}_total{{component_id=\"otelcol.receiver.otlp.backend\"", items);
    const auto series = series_of(metrics, start);
    receiver(figures, pipeline, "backend", signal, series);
    const auto mobile = replace_all(series, "otlp.backend", "otlp.mobile");
    receiver(figures, pipeline, "mobile-http", signal, mobile);
    receiver(figures, pipeline, "mobile-grpc", signal, replace_all(mobile, "transport=\"http\"", "transport=\"grpc\""));
  }
}

template <class Item>
void exporter(Figures& figures, const Exporter<Item>& queue, const std::string& id, const char* items,
              const char* signal, std::string_view metrics) {
  const auto waiting = static_cast<double>(queue.waiting.size());
  const auto sent = fmt::format("otelcol_exporter_sent_{}_total{{component_id=\"{}\"", items, id);
  figures[sent] = static_cast<double>(queue.sent);
  figures[fmt::format("otelcol_exporter_queue_size{{component_id=\"{}\",component_path=\"/\",data_type=\"{}\"", id,
                      signal)] = waiting;
  figures[fmt::format("otelcol_exporter_in_flight_requests{{component_id=\"{}\"", id)] = std::min(waiting, 10.0);
  if (queue.dropped == 0) return;
  const auto failed = fmt::format("otelcol_exporter_enqueue_failed_{}_total", items);
  figures[replace_all(series_of(metrics, sent), fmt::format("otelcol_exporter_sent_{}_total", items), failed)] =
      static_cast<double>(queue.dropped);
}

void scraped_lines(Figures& figures, const Pipeline& pipeline, std::string_view metrics) {
  const auto& lines = pipeline.lines();
  const auto sent = static_cast<double>(lines.sent);
  figures["loki_source_docker_target_entries_total{"] = static_cast<double>(pipeline.docker_entries());
  figures["loki_write_sent_entries_total{"] = sent;
  figures["loki_write_entry_propagation_latency_seconds_count{"] = sent;
  const auto requests = series_of(metrics, "loki_write_request_duration_seconds_count{");
  figures[requests] = sent;
  // Retries back off, so there are far fewer than lines.
  const auto retries = static_cast<double>(std::bit_width(lines.attempts_failed));
  figures["loki_write_batch_retries_total{"] = retries;
  if (retries > 0) figures[replace_all(requests, "\"204\"", "\"-1\"")] = retries;
}

void remote_write(Figures& figures, const Pipeline& pipeline) {
  const auto& samples = pipeline.samples();
  const auto retried = static_cast<double>(samples.attempts_failed * 10);
  figures["prometheus_remote_storage_samples_in_total"] = static_cast<double>(pipeline.samples_in());
  figures["prometheus_remote_storage_samples_total{"] = static_cast<double>(samples.sent) + retried;
  figures["prometheus_remote_storage_samples_retried_total{"] = retried;
  figures["prometheus_remote_storage_samples_pending{"] = static_cast<double>(pipeline.samples_pending());
  const auto highest = static_cast<double>(pipeline.highest_ms() / 1000);
  figures["prometheus_remote_storage_highest_timestamp_in_seconds{"] = highest;
  figures["prometheus_remote_storage_queue_highest_timestamp_seconds{"] = highest;
  figures["prometheus_remote_storage_queue_highest_sent_timestamp_seconds{"] =
      static_cast<double>(pipeline.highest_sent_ms() / 1000);
}

void configuration(Figures& figures, const Faults& faults, std::string_view metrics, double started) {
  const bool rejected = faults.on("alloy-reload-rejected", "component");
  const auto healthy = series_of(metrics, "alloy_component_controller_running_components{");
  const bool unhealthy = faults.active().count("alloy-reload-rejected:component") > 0;
  figures[healthy] = unhealthy ? 13 : 14;
  if (unhealthy) figures[replace_all(healthy, "\"healthy\"", "\"unhealthy\"")] = 1;
  figures["alloy_config_last_load_successful"] = rejected ? 0 : 1;
  figures["alloy_config_load_failures_total"] = rejected ? 1 : 0;
  figures["alloy_config_last_load_success_timestamp_seconds"] = started;
  figures["alloy_resources_process_start_time_seconds"] = started;
}

}  // namespace

Figures alloy_figures(const Pipeline& pipeline, const Faults& faults, std::string_view metrics, double started) {
  Figures figures;
  receivers(figures, pipeline, metrics);
  exporter(figures, pipeline.otlp_logs(), "otelcol.exporter.otlphttp.loki", "log_records", "logs", metrics);
  exporter(figures, pipeline.spans(), "otelcol.exporter.otlp.tempo", "spans", "traces", metrics);
  scraped_lines(figures, pipeline, metrics);
  remote_write(figures, pipeline);
  configuration(figures, faults, metrics, started);
  return figures;
}

}  // namespace lgtmwatch::sandbox
