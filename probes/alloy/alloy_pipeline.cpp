#include "probes/alloy/alloy_pipeline.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "daemon/base/text.hpp"
#include "probes/alloy/alloy_processors.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_edges = 4096;
constexpr std::size_t longest_name = 120;
constexpr std::size_t longest_path = 512;
constexpr std::size_t most_files = 512;  // that are told apart

struct Family {
  std::string_view name;
  CounterKind kind;
};

constexpr std::array otelcol_families{
    Family{"receiver_accepted_", CounterKind::receiver_accepted},
    Family{"receiver_refused_", CounterKind::receiver_refused},
    Family{"receiver_failed_", CounterKind::receiver_failed},
    Family{"exporter_sent_", CounterKind::exporter_sent},
    Family{"exporter_send_failed_", CounterKind::exporter_failed},
    Family{"exporter_enqueue_failed_", CounterKind::exporter_dropped},
    Family{"processor_memory_limiter_refused_", CounterKind::processor_refused},
    Family{"processor_refused_", CounterKind::processor_refused},  // Alloy 1.18.0; of memory limiters alone
};

constexpr std::array scraper_families{
    std::string_view("loki_source_docker_target_entries_total"), std::string_view("loki_source_file_read_lines_total"),
    std::string_view("loki_source_journal_target_lines_total"), std::string_view("loki_source_syslog_entries_total")};

std::optional<Signal> signal_of_items(std::string_view items) {
  for (const auto* end : {"_ratio_total", "_total"})
    if (items.ends_with(end)) {
      items.remove_suffix(std::string_view(end).size());
      break;
    }
  if (items == "spans") return Signal::traces;
  if (items == "log_records") return Signal::logs;
  if (items == "metric_points") return Signal::metrics;
  return std::nullopt;
}

std::optional<Signal> signal_named(const std::string& name) {
  for (const auto signal : all_signals)
    if (to_string(signal) == name) return signal;
  return std::nullopt;
}

void insert(std::vector<Signal>& signals, Signal signal) {
  if (std::find(signals.begin(), signals.end(), signal) == signals.end()) signals.push_back(signal);
}

std::string component_of(const Sample& sample) { return shown_text(sample.label("component_id"), longest_name); }

bool is_receiver(CounterKind kind) {
  return kind == CounterKind::receiver_accepted || kind == CounterKind::receiver_refused ||
         kind == CounterKind::receiver_failed;
}

}  // namespace

void AlloyPipelineParser::take(const Sample& sample) {
  if (!std::isfinite(sample.value)) return;
  if (sample.name == "alloy_component_graph_connection") {
    if (sample.value > 0 && graph_.size() < most_edges)
      graph_.push_back({shown_text(sample.label("from"), longest_name), shown_text(sample.label("to"), longest_name)});
  } else if (sample.name == "alloy_resources_process_start_time_seconds" ||
             sample.name == "process_start_time_seconds") {
    readings_.process_start = wall_from_unix_seconds(sample.value);
  } else {
    take_processed(sample) || take_otelcol(sample) || take_failed_request(sample) || take_loki_write(sample) ||
        take_scraper(sample) || take_remote_write(sample);
  }
}

bool AlloyPipelineParser::take_processed(const Sample& sample) {
  auto reading = rejected_requests(sample);
  if (!reading) reading = processed_items(sample);
  if (!reading) return false;
  if (!reading->key.subject.empty() && has_room()) readings_.counters.push_back(std::move(*reading));
  return true;
}

bool AlloyPipelineParser::take_otelcol(const Sample& sample) {
  auto name = sample.name;
  if (name.starts_with("otelcol_")) name.remove_prefix(8);
  for (const auto& family : otelcol_families) {
    if (!name.starts_with(family.name)) continue;
    const auto signal = signal_of_items(name.substr(family.name.size()));
    const bool of_limiter = sample.label("component_id").find(".memory_limiter.") != std::string::npos;
    if (!signal || (family.kind == CounterKind::processor_refused && !of_limiter)) return true;
    auto detail = is_receiver(family.kind) ? sample.label("transport") : std::string();
    if (family.kind == CounterKind::exporter_failed) detail = sample.label("error_type");
    if (is_receiver(family.kind)) receivers_[component_of(sample)].insert(detail);
    add(family.kind, sample, signal, std::move(detail));
    if (family.name.starts_with("exporter_")) insert(exporters_[component_of(sample)].used, *signal);
    return true;
  }
  return name.starts_with("exporter_") && take_exporter_queue(sample, component_of(sample));
}

bool AlloyPipelineParser::take_exporter_queue(const Sample& sample, const std::string& component) {
  if (component.empty()) return true;
  const auto signal = signal_named(sample.label("data_type"));
  if (sample.name.ends_with("exporter_queue_size")) {
    add_gauge(GaugeKind::queue_size, component, signal, sample.value);
    if (signal && sample.value > 0) insert(exporters_[component].used, *signal);
  } else if (sample.name.ends_with("exporter_queue_capacity")) {
    add_gauge(GaugeKind::queue_capacity, component, signal, sample.value);
    if (signal) insert(exporters_[component].queues, *signal);
  } else if (sample.name.ends_with("exporter_in_flight_requests")) {
    add_gauge(GaugeKind::in_flight, component, signal, sample.value);
    if (signal) insert(exporters_[component].used, *signal);
  }
  return true;
}

// Requests of the collector's exporters, each attempt for itself.
bool AlloyPipelineParser::take_failed_request(const Sample& sample) {
  std::string outcome;
  if (sample.name == "rpc_client_call_duration_seconds_count") {
    outcome = sample.label("rpc_response_status_code");
    if (outcome == "OK") return true;
  } else if (sample.name == "rpc_client_duration_milliseconds_count") {
    outcome = sample.label("rpc_grpc_status_code");
    if (outcome == "0") return true;
  } else if (sample.name == "http_client_request_duration_seconds_count") {
    outcome = sample.label("http_response_status_code");
    if (outcome.starts_with("2")) return true;
    if (outcome.empty()) outcome = sample.label("error_type");
  } else {
    return false;
  }
  if (!outcome.empty() && component_of(sample).starts_with("otelcol.exporter."))
    add(CounterKind::exporter_attempt, sample, std::nullopt, std::move(outcome));
  return true;
}

bool AlloyPipelineParser::take_loki_write(const Sample& sample) {
  if (!sample.name.starts_with("loki_write_")) return false;
  const auto name = sample.name.substr(11);
  if (name == "sent_entries_total") {
    add(CounterKind::exporter_sent, sample, Signal::logs, {});
  } else if (name == "dropped_entries_total") {
    const auto reason = sample.label("reason");
    const bool no_room = reason == "queue_is_full";
    add(no_room ? CounterKind::exporter_dropped : CounterKind::exporter_failed, sample, Signal::logs,
        no_room ? std::string() : reason);
  } else if (name == "request_duration_seconds_count") {
    auto status = sample.label("status_code");
    if (!status.starts_with("2")) add(CounterKind::exporter_attempt, sample, Signal::logs, std::move(status));
  }
  return true;
}

bool AlloyPipelineParser::take_scraper(const Sample& sample) {
  if (std::find(scraper_families.begin(), scraper_families.end(), sample.name) != scraper_families.end()) {
    add_lines(sample);
  } else if (sample.name == "loki_source_file_files_active_total") {
    add_gauge(GaugeKind::targets, component_of(sample), Signal::logs, sample.value);
    auto none = sample;
    none.value = 0;
    add(CounterKind::scraper_entries, none, Signal::logs, {});
  } else if (sample.name == "prometheus_scrape_targets_gauge") {
    add_gauge(GaugeKind::targets, component_of(sample), Signal::metrics, sample.value);
  } else if (sample.name == "prometheus_sd_refresh_failures_total") {
    add(CounterKind::discovery_failures, sample, std::nullopt, sample.label("mechanism"));
  } else {
    return false;
  }
  return true;
}

// The counter of a file begins with its first line and is gone with the file: each is a counter of its own.
void AlloyPipelineParser::add_lines(const Sample& sample) {
  auto path = sample.label("path");
  const bool is_file = !path.empty() && path.size() <= longest_path && files_++ < most_files;
  if (!is_file) path.clear();
  add(CounterKind::scraper_entries, sample, Signal::logs, std::move(path));
}

bool AlloyPipelineParser::take_remote_write(const Sample& sample) {
  constexpr std::string_view storage = "prometheus_remote_storage_";
  if (sample.name == "prometheus_remote_write_wal_samples_appended_total") {
    add(CounterKind::exporter_appended, sample, Signal::metrics, {});
    return true;
  }
  const auto component = component_of(sample);
  if (!sample.name.starts_with(storage) || component.empty()) return false;
  auto& write = remote_writes_[component];
  const auto name = sample.name.substr(storage.size());
  if (name == "samples_total") write.attempted += sample.value;
  if (name == "samples_failed_total") write.failed += sample.value;
  if (name == "samples_retried_total") write.retried += sample.value;
  if (name == "samples_dropped_total") write.dropped += sample.value;
  if (name == "samples_pending") write.pending += sample.value;
  if (name == "highest_timestamp_in_seconds") write.highest_read = sample.value;
  if (name == "queue_highest_sent_timestamp_seconds") {
    write.highest_sent = write.highest_sent_known ? std::min(write.highest_sent, sample.value) : sample.value;
    write.highest_sent_known = true;
  }
  return true;
}

void AlloyPipelineParser::add(CounterKind kind, const Sample& sample, std::optional<Signal> signal,
                              std::string detail) {
  auto component = component_of(sample);
  if (component.empty() || !has_room()) return;
  const auto longest = kind == CounterKind::scraper_entries ? longest_path : longest_name;
  readings_.counters.push_back({{kind, std::move(component), signal, shown_text(detail, longest)}, sample.value});
}

void AlloyPipelineParser::add_gauge(GaugeKind kind, const std::string& component, std::optional<Signal> signal,
                                    double value) {
  if (!component.empty() && has_room()) readings_.gauges.push_back({kind, component, signal, value, std::nullopt});
}

CounterReadings AlloyPipelineParser::readings() const {
  auto all = readings_;
  add_receiver_zeros(all);
  if (receivers_.empty()) all.absent.emplace_back("otelcol_receiver_accepted_spans_total");
  for (const auto& [component, exporter] : exporters_) {
    const auto& carried = exporter.used.empty() ? exporter.queues : exporter.used;
    for (const auto signal : carried)
      for (const auto kind : {CounterKind::exporter_sent, CounterKind::exporter_failed, CounterKind::exporter_dropped})
        all.counters.push_back({{kind, component, signal, {}}, 0});
  }
  for (const auto& [component, write] : remote_writes_) {
    const auto metrics = Signal::metrics;
    const auto sent = std::max(write.attempted - write.failed - write.retried, 0.0);
    all.counters.push_back({{CounterKind::exporter_sent, component, metrics, {}}, sent, true});
    all.counters.push_back({{CounterKind::exporter_failed, component, metrics, {}}, write.failed});
    all.counters.push_back({{CounterKind::exporter_dropped, component, metrics, {}}, write.dropped});
    all.counters.push_back({{CounterKind::exporter_attempt, component, metrics, "retried"}, write.retried});
    all.gauges.push_back({GaugeKind::samples_pending, component, metrics, write.pending, std::nullopt});
    if (!write.highest_sent_known) continue;
    all.gauges.push_back({GaugeKind::highest_read, component, metrics, write.highest_read, std::nullopt});
    all.gauges.push_back({GaugeKind::highest_sent, component, metrics, write.highest_sent, std::nullopt});
  }
  return all;
}

// Of receivers that nothing was sent to yet, as long as the graph names them and other figures of the collector's
// components are there.
void AlloyPipelineParser::add_receiver_zeros(CounterReadings& all) const {
  auto receivers = receivers_;
  const bool siblings = !receivers_.empty() || !exporters_.empty();
  for (const auto& edge : graph_)
    if (siblings && edge.from.starts_with("otelcol.receiver.otlp.")) receivers[edge.from].insert({"http", "grpc"});
  for (const auto& [component, transports] : receivers)
    for (const auto& transport : transports)
      for (const auto signal : all_signals)
        for (const auto kind :
             {CounterKind::receiver_accepted, CounterKind::receiver_refused, CounterKind::receiver_failed})
          all.counters.push_back({{kind, component, signal, transport}, 0});
}

}  // namespace lgtmwatch
