// The figures of Alloy's pipelines, read from the one /metrics that alloy_controller fetches: what receivers accepted,
// what exporters sent, what waits in between, what scrapers read, and the graph that ties them together.
//
// Everything is matched on component_id: the label `exporter` was renamed between versions. Old names are understood:
// otelcol's without _total (plain collectors) and with _ratio_total (Alloy before 1.4).
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/model/observation.hpp"
#include "probes/prometheus_text.hpp"

namespace lgtmwatch {

// Takes sample after sample of one body; what it does not know it leaves alone.
class AlloyPipelineParser {
 public:
  void take(const Sample& sample);

  std::vector<GraphEdge> graph() const { return graph_; }
  // With the zeros of counters that do not exist before their first event, beside siblings that do.
  CounterReadings readings() const;

 private:
  struct RemoteWrite {
    double attempted = 0, failed = 0, retried = 0, dropped = 0;
    double highest_read = 0, highest_sent = 0, pending = 0;
    bool highest_sent_known = false;
  };
  struct OtelExporter {
    std::vector<Signal> queues;  // the collector writes queue figures of all three signals
    std::vector<Signal> used;    // it has requests in flight of what it really carries
  };

  bool take_processed(const Sample& sample);
  bool take_otelcol(const Sample& sample);
  bool take_exporter_queue(const Sample& sample, const std::string& component);
  bool take_failed_request(const Sample& sample);
  bool take_loki_write(const Sample& sample);
  bool take_scraper(const Sample& sample);
  bool take_remote_write(const Sample& sample);
  void add_lines(const Sample& sample);
  void add_receiver_zeros(CounterReadings& all) const;
  void add(CounterKind kind, const Sample& sample, std::optional<Signal> signal, std::string detail);
  void add_gauge(GaugeKind kind, const std::string& component, std::optional<Signal> signal, double value);
  bool has_room() const { return readings_.counters.size() < 4096; }

  CounterReadings readings_;
  std::size_t files_ = 0;
  std::vector<GraphEdge> graph_;
  std::map<std::string, RemoteWrite> remote_writes_;
  std::map<std::string, OtelExporter> exporters_;
  std::map<std::string, std::set<std::string>> receivers_;  // their transports
};

}  // namespace lgtmwatch
