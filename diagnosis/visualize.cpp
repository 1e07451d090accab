#include "diagnosis/visualize.hpp"

#include <algorithm>

#include "diagnosis/query.hpp"

namespace lgtmwatch {
namespace {

std::string configured_uid(const View& view, Component backend) {
  const auto& uids = view.plan().grafana->datasources;
  const auto found = uids.find(backend);
  return found == uids.end() ? std::string() : found->second;
}

std::string ready_probe_of(Component component) { return std::string(to_string(component)) + "_ready"; }

// Grafana itself does not let anybody see anything.
State grafana_state(const View& view) {
  const auto ready = view.readiness(Component::grafana);
  if (view.silence(Component::grafana)) return State::broken;
  if (ready.value() && !ready.value()->ready) return State::broken;
  return is_grafana_well(view) ? State::healthy : State::unknown;
}

}  // namespace

bool is_well(const View& view, Component backend) {
  if (view.silence(backend)) return false;
  if (view.is_in_doubt(ready_probe_of(backend), view.address(backend))) return false;
  return !view.is_recovering(backend) && !view.is_stuck(backend);
}

bool is_grafana_well(const View& view) { return is_well(view, Component::grafana); }

State datasource_state(const View& view, Component backend, const DatasourceAnswer& answer) {
  if (answer.answer == QueryAnswer::data) return State::healthy;
  if (answer.answer < QueryAnswer::missing) return State::unknown;
  const bool of_grafana = answer.answer == QueryAnswer::missing;
  if (answer.answer == QueryAnswer::failed && query_fault(view, backend)) return State::unknown;
  return of_grafana || is_well(view, backend) ? State::broken : State::unknown;
}

State visualize_state(const View& view, Component backend) {
  const auto grafana = grafana_state(view);
  if (grafana != State::healthy) return grafana;
  const auto* answers = view.datasources(backend).value();
  if (!answers) return State::unknown;
  if (answers->asked.empty()) return State::broken;
  State best = State::broken;
  State state = State::healthy;
  for (const auto& answer : answers->asked) {
    const auto each = datasource_state(view, backend, answer);
    best = std::min(best, each);
    state = worst(state, each);
  }
  return state == State::broken && best == State::healthy ? State::degraded : state;
}

std::vector<DatasourceStatus> datasource_statuses(const View& view) {
  std::vector<DatasourceStatus> statuses;
  if (!view.plan().grafana) return statuses;
  for (const auto backend : {Component::loki, Component::tempo, Component::mimir}) {
    if (!view.backend(backend)) continue;
    const auto* answers = view.datasources(backend).value();
    const auto uid = configured_uid(view, backend);
    if (!answers && !uid.empty()) statuses.push_back({uid, signal_of(backend), State::unknown});
    if (!answers) continue;
    for (const auto& answer : answers->asked)
      statuses.push_back({answer.uid, signal_of(backend), datasource_state(view, backend, answer)});
  }
  return statuses;
}

std::string datasource_name(const View& view, Component backend) {
  const auto uid = configured_uid(view, backend);
  return uid.empty() ? "of " + std::string(to_string(backend)) : uid;
}

}  // namespace lgtmwatch
