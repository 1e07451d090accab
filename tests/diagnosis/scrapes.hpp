// An Alloy of the test stack that is scraped again and again.
#pragma once

#include <string>
#include <vector>

#include "tests/diagnosis/stack.hpp"

namespace lgtmwatch {

inline const std::string tempo = "otelcol.exporter.otlp.tempo";
inline const std::string loki_write = "loki.write.loki";
inline const std::string mimir = "prometheus.remote_write.mimir";
inline const std::string receiver = "otelcol.receiver.otlp.backend";

inline std::vector<std::string> causes_of(const StackVerdict& verdict) {
  std::vector<std::string> causes;
  for (const auto& finding : verdict.findings) causes.push_back(finding.cause);
  return causes;
}

using Causes = std::vector<std::string>;

// What an Alloy shows in one scrape.
struct Scrape {
  Scrape& count(CounterKind kind, const std::string& subject, Signal signal, double value,
                const std::string& detail = {}) {
    readings.counters.push_back({{kind, subject, signal, detail}, value});
    return *this;
  }
  Scrape& attempts(const std::string& subject, const std::string& outcome, double value) {
    readings.counters.push_back({{CounterKind::exporter_attempt, subject, std::nullopt, outcome}, value});
    return *this;
  }
  Scrape& queue(const std::string& subject, Signal signal, double size) {
    readings.gauges.push_back({GaugeKind::queue_size, subject, signal, size, std::nullopt});
    readings.gauges.push_back({GaugeKind::queue_capacity, subject, signal, 1000, std::nullopt});
    return *this;
  }

  CounterReadings readings;
};

// The stack, whose Alloy is read every 15 s; the last reading is now.
struct Watched : TestStack {
  void scrapes(const std::vector<Scrape>& all) {
    for (std::size_t i = 0; i < all.size(); ++i)
      read("alloy_controller", "gateway", all[i].readings, std::chrono::seconds(15) * (all.size() - 1 - i));
  }
  void backend(const std::string& name, const std::string& address, const std::vector<Scrape>& all) {
    for (std::size_t i = 0; i < all.size(); ++i)
      read(name + "_metrics", address, all[i].readings, std::chrono::seconds(15) * (all.size() - 1 - i));
  }
};

// Whose receiver `backend` is known by its component.
struct WithReceiver : Watched {
  WithReceiver() {
    AlloyComponent component;
    component.id = receiver;
    component.http = "0.0.0.0:4318";
    AlloyComponents components;
    components.components = {component};
    found("alloy_components", "gateway", components);
  }
};

inline Scrape traces(double accepted, double sent, double queue) {
  return Scrape()
      .count(CounterKind::receiver_accepted, receiver, Signal::traces, accepted, "http")
      .count(CounterKind::exporter_sent, tempo, Signal::traces, sent)
      .queue(tempo, Signal::traces, queue);
}

}  // namespace lgtmwatch
