#include "daemon/model/words.hpp"

namespace lgtmwatch {

std::string_view to_string(Component component) {
  constexpr std::array names{"loki", "tempo", "mimir", "grafana", "alloy", "docker", "alertmanager"};
  return names[static_cast<std::size_t>(component)];
}

std::string_view to_string(Signal signal) {
  constexpr std::array names{"metrics", "logs", "traces"};
  return names[static_cast<std::size_t>(signal)];
}

std::string_view to_string(Stage stage) {
  constexpr std::array names{"source", "network", "receive",   "process", "export",
                             "ingest", "query",   "visualize", "alert",   "watch"};
  return names[static_cast<std::size_t>(stage)];
}

std::string_view to_string(State state) {
  constexpr std::array names{"healthy", "unknown", "degraded", "broken"};
  return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(Severity severity) {
  constexpr std::array names{"critical", "warning", "info"};
  return names[static_cast<std::size_t>(severity)];
}

std::string_view to_string(ReceiverKind kind) {
  constexpr std::array names{"OTLP/HTTP", "OTLP/gRPC", "scraper", "Loki push", "remote write", "file"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view to_string(MimirKind kind) {
  constexpr std::array names{"mimir", "prometheus", "cortex"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view display_name(Component component) {
  constexpr std::array names{"Loki", "Tempo", "Mimir", "Grafana", "Alloy", "Docker", "Alertmanager"};
  return names[static_cast<std::size_t>(component)];
}

Component backend_of(Signal signal) {
  constexpr std::array backends{Component::mimir, Component::loki, Component::tempo};
  return backends[static_cast<std::size_t>(signal)];
}

Signal signal_of(Component backend) {
  for (const auto signal : all_signals)
    if (backend_of(signal) == backend) return signal;
  return Signal::metrics;
}

}  // namespace lgtmwatch
