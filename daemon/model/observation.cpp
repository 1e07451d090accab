#include "daemon/model/observation.hpp"

namespace lgtmwatch {
namespace {

struct GoodNews {
  bool operator()(const Readiness& found) const { return found.ready; }
  bool operator()(const BuildInfo&) const { return true; }
  bool operator()(const LokiLabels& found) const { return found.labels > 0; }
  bool operator()(const TempoServices& found) const { return found.services > 0; }
  bool operator()(const MimirTenant& found) const { return found.application_jobs > 0; }
  bool operator()(const NewestRecord&) const { return true; }
  bool operator()(const AlloyController& found) const {
    return found.config_loaded.value_or(true) && found.rejected.empty();
  }
  // A target that is started anew is down for a moment.
  bool operator()(const AlloyComponents& found) const {
    for (const auto& component : found.components)
      for (const auto& target : component.scraped)
        if (target.health == "down") return false;
    return true;
  }
  bool operator()(const OlderRecord&) const { return true; }
  // A file that is being rotated is not there for a moment.
  bool operator()(const AlloyScraper& found) const { return found.read_by.empty() || !found.tailed.empty(); }
  bool operator()(const BackendCounters&) const { return true; }
  // A container that is started anew is away for a moment.
  bool operator()(const DockerContainers& found) const {
    for (const auto& container : found.containers)
      if (container.status != "running" || container.health == "unhealthy") return false;
    return true;
  }
  bool operator()(const RulerRules& found) const {
    return !found.groups.empty() && found.missing.empty() && !found.lacks_watchdog;
  }
  bool operator()(const RuleMetrics& found) const { return found.absent.empty(); }
  bool operator()(const AlertmanagerState& found) const { return found.missing.empty() && !found.lacks_watchdog; }
  bool operator()(const ContainerLines&) const { return true; }
  bool operator()(const ContainerLogs&) const { return true; }
  bool operator()(const ReceiverAnswers& found) const {
    for (const auto& answer : found.signals)
      if (answer.refusal) return false;
    return true;
  }
  // An empty panel may be one that is often empty: what it had before is looked at, not confirmed by a second run.
  bool operator()(const DashboardPanels& found) const {
    for (const auto& panel : found.panels)
      if (panel.state == PanelState::error) return false;
    return !found.missing;
  }
  bool operator()(const DatasourceAnswers& found) const {
    for (const auto& each : found.asked)
      if (each.answer >= QueryAnswer::unclear) return false;
    return !found.asked.empty();
  }
};

}  // namespace

std::string_view to_string(PanelState state) {
  switch (state) {
    case PanelState::data: return "data";
    case PanelState::empty: return "empty";
    case PanelState::error: return "error";
    case PanelState::unknown: return "unknown";
  }
  return "unknown";
}

bool is_good_news(const Observation& observation) { return std::visit(GoodNews{}, observation); }

CounterReadings* readings_in(Observation& observation) {
  if (auto* controller = std::get_if<AlloyController>(&observation)) return &controller->readings;
  if (auto* counters = std::get_if<BackendCounters>(&observation)) return &counters->readings;
  return nullptr;
}

}  // namespace lgtmwatch
