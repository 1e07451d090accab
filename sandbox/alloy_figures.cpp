#include "sandbox/alloy_figures.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>
#include <map>

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
  const auto refused = pipeline.refused().find({name, signal});
  const bool some_refused = refused != pipeline.refused().end();
  const bool unknown = none && !some_refused;
  figures[accepted_series] = unknown ? left_out : none ? 0 : static_cast<double>(found->second);
  figures[replace_all(accepted_series, "_accepted_", "_failed_")] = unknown ? left_out : 0;
  figures[replace_all(accepted_series, "_accepted_", "_refused_")] = unknown ? left_out
                                                                     : some_refused
                                                                         ? static_cast<double>(refused->second)
                                                                         : 0;
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
  figures[fmt::format("otelcol_exporter_queue_capacity{{component_id=\"{}\",component_path=\"/\",data_type=\"{}\"", id,
                      signal)] = static_cast<double>(queue.capacity);
  if (queue.failed > 0)
    figures[replace_all(series_of(metrics, sent), "_exporter_sent_", "_exporter_send_failed_")] =
        static_cast<double>(queue.failed);
  if (queue.dropped == 0) return;
  const auto failed = fmt::format("otelcol_exporter_enqueue_failed_{}_total", items);
  figures[replace_all(series_of(metrics, sent), fmt::format("otelcol_exporter_sent_{}_total", items), failed)] =
      static_cast<double>(queue.dropped);
}

// What stands for an answer in the labels: of gRPC its code, of HTTP its status or, without any, the kind of error.
std::string rpc_outcome(const std::string& answer) { return fmt::format("rpc_response_status_code=\"{}\"", answer); }
std::string http_outcome(const std::string& answer) {
  if (answer == "UNAVAILABLE") return "error_type=\"net.OpError\"";
  return fmt::format("http_response_status_code=\"{}\"", answer);
}

// The requests of one of the collector's exporters, good ones and failed ones.
template <class Item, class Outcome>
void requests(Figures& figures, const Exporter<Item>& queue, const std::string& series, const std::string& good,
              Outcome outcome) {
  figures[series] = static_cast<double>(queue.sent);
  for (const auto& [answer, count] : queue.refusals)
    figures[replace_all(series, outcome(good), outcome(answer))] = static_cast<double>(count);
}

void graph_edge(Figures& figures, const std::string& from, const std::string& to, bool there) {
  figures[fmt::format(
      "alloy_component_graph_connection{{controller_id=\"\",controller_path=\"/\",from=\"{}\",to=\"{}\"}}", from, to)] =
      there ? 1 : left_out;
}

// A limiter stands between the receivers and the batch processor while it refuses.
void memory_limiter(Figures& figures, const Pipeline& pipeline, const Faults& faults) {
  constexpr const char* limiter = "otelcol.processor.memory_limiter.m";
  if (!faults.on("memory-limiter-refusing")) return;
  for (const auto* receiver : {"otelcol.receiver.otlp.backend", "otelcol.receiver.otlp.mobile"}) {
    graph_edge(figures, receiver, "otelcol.processor.batch.default", false);
    graph_edge(figures, receiver, limiter, true);
  }
  graph_edge(figures, limiter, "otelcol.processor.batch.default", true);
  for (const auto& [signal, items] : items_of_signals) {
    std::uint64_t refused = 0;
    for (const auto& [key, count] : pipeline.refused())
      if (key.second == signal) refused += count;
    figures[fmt::format(
        "otelcol_processor_memory_limiter_refused_{}_total{{component_id=\"{}\",component_path=\"/\","
        "processor=\"memory_limiter/{}\"}}",
        items, limiter, limiter)] = static_cast<double>(refused);
  }
}

void wiring(Figures& figures, const Faults& faults, double now, double started) {
  if (faults.on("wired-to-nowhere", "logs"))
    graph_edge(figures, "otelcol.processor.batch.default", "otelcol.exporter.otlphttp.loki", false);
  if (faults.on("exporter-queue-full-unbatched")) {
    graph_edge(figures, "otelcol.processor.batch.default", "otelcol.exporter.otlp.tempo", false);
    graph_edge(figures, "otelcol.receiver.otlp.backend", "otelcol.exporter.otlp.tempo", true);
  }
  if (faults.on("scraper-tails-nothing"))
    graph_edge(figures, "discovery.relabel.docker", "loki.source.docker.containers", false);
  if (faults.on("docker-socket-missing-or-denied") || faults.on("docker-api-version-mismatch"))
    figures["prometheus_sd_refresh_failures_total{component_id=\"discovery.docker.all\""] =
        1 + std::floor((now - started) / 60);
  if (!faults.on("file-target-matches-nothing")) return;
  figures["loki_source_file_files_active_total{"] = 0;
  for (const auto* of_the_file : {"file_bytes", "read_bytes", "read_lines"})
    figures[fmt::format("loki_source_file_{}_total{{", of_the_file)] = left_out;
}

// An HTTP status, or -1 as loki.write counts what it has no connection for.
std::string status_of_refusals(const std::map<std::string, std::uint64_t>& refusals) {
  for (const auto& [outcome, count] : refusals)
    if (outcome.size() == 3 && outcome.front() == '4') return outcome;
  return "-1";
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
  if (retries == 0) return;
  const auto answer = fmt::format("\"{}\"", status_of_refusals(lines.refusals));
  figures[replace_all(requests, "\"204\"", answer)] = retries;
}

double whole_seconds(std::int64_t ms) {
  const auto seconds = ms / 1000;
  return static_cast<double>(seconds);
}

std::uint64_t attempts_that_are_repeated(const std::map<std::string, std::uint64_t>& refusals) {
  std::uint64_t repeated = 0;
  for (const auto& [outcome, count] : refusals)
    if (outcome.size() != 3 || outcome.front() != '4' || outcome == "429") repeated += count;
  return repeated;
}

void remote_write(Figures& figures, const Pipeline& pipeline) {
  const auto& samples = pipeline.samples();
  const auto retried = static_cast<double>(attempts_that_are_repeated(samples.refusals) * 10);
  const auto failed = static_cast<double>(samples.failed);
  figures["prometheus_remote_write_wal_samples_appended_total{"] = static_cast<double>(pipeline.samples_in());
  figures["prometheus_remote_storage_samples_in_total"] = static_cast<double>(pipeline.samples_in());
  figures["prometheus_remote_storage_samples_total{"] = static_cast<double>(samples.sent) + retried + failed;
  figures["prometheus_remote_storage_samples_failed_total{"] = failed;
  figures["prometheus_remote_storage_samples_retried_total{"] = retried;
  figures["prometheus_remote_storage_samples_pending{"] = static_cast<double>(pipeline.samples_pending());
  const auto highest = whole_seconds(pipeline.highest_ms());
  figures["prometheus_remote_storage_highest_timestamp_in_seconds{"] = highest;
  figures["prometheus_remote_storage_queue_highest_timestamp_seconds{"] = highest;
  figures["prometheus_remote_storage_queue_highest_sent_timestamp_seconds{"] =
      whole_seconds(pipeline.highest_sent_ms());
}

void configuration(Figures& figures, const Faults& faults, std::string_view metrics, double started) {
  const bool rejected = faults.active().contains("alloy-reload-rejected");
  const auto healthy = series_of(metrics, "alloy_component_controller_running_components{");
  const bool unhealthy = faults.active().contains("alloy-reload-rejected:component");
  figures[healthy] = unhealthy ? 13 : 14;
  if (unhealthy) figures[replace_all(healthy, "\"healthy\"", "\"unhealthy\"")] = 1;
  figures["alloy_config_last_load_successful"] = rejected ? 0 : 1;
  figures["alloy_config_load_failures_total"] = rejected ? 1 : 0;
  figures["alloy_config_last_load_success_timestamp_seconds"] = started;
  figures["alloy_resources_process_start_time_seconds"] = started;
}

}  // namespace

Figures alloy_figures(const Pipeline& pipeline, const Faults& faults, std::string_view metrics, double started,
                      double now) {
  Figures figures;
  receivers(figures, pipeline, metrics);
  exporter(figures, pipeline.otlp_logs(), "otelcol.exporter.otlphttp.loki", "log_records", "logs", metrics);
  exporter(figures, pipeline.spans(), "otelcol.exporter.otlp.tempo", "spans", "traces", metrics);
  requests(figures, pipeline.spans(), series_of(metrics, "rpc_client_call_duration_seconds_count{"), "OK", rpc_outcome);
  requests(figures, pipeline.otlp_logs(), series_of(metrics, "http_client_request_duration_seconds_count{"), "204",
           http_outcome);
  memory_limiter(figures, pipeline, faults);
  wiring(figures, faults, now, started);
  scraped_lines(figures, pipeline, metrics);
  remote_write(figures, pipeline);
  configuration(figures, faults, metrics, started);
  return figures;
}

}  // namespace lgtmwatch::sandbox
