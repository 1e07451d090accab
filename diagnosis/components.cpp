#include "diagnosis/components.hpp"

#include "diagnosis/receiver_causes.hpp"

namespace lgtmwatch {
namespace {

void read_last_readiness(ComponentStatus& status, const ProbeFacts* facts, const Endpoint& endpoint) {
  if (!facts || !facts->last) return;
  const auto& run = *facts->last;
  if (run.found || !is_trouble_of_lgtmwatch(endpoint, *run.failure))
    status.up = run.found || !did_not_answer(*run.failure);
  if (const auto* readiness = Seen<Readiness>(&run).value()) {
    status.ready = readiness->ready;
    status.version = readiness->version;
  }
  if (!run.exchanges.empty()) status.phases = run.exchanges.front().phases;
}

ComponentStatus backend_status(const View& view, Component component) {
  ComponentStatus status;
  const std::string name(to_string(component));
  status.component = component;
  status.name = name;
  status.address = view.address(component);
  read_last_readiness(status, view.find(name + "_ready", status.address), view.backend(component)->endpoint);
  if (const auto* info = view.settled<BuildInfo>(name + "_build_info", status.address).value())
    status.version = info->version;
  return status;
}

ComponentStatus alloy_status(const View& view, const AlloyPlan& alloy) {
  ComponentStatus status;
  status.component = Component::alloy;
  status.name = alloy.name;
  status.address = alloy.endpoint.url.address();
  read_last_readiness(status, view.find("alloy_ready", alloy.name), alloy.endpoint);
  if (const auto* controller = view.settled<AlloyController>("alloy_controller", alloy.name).value())
    status.version = controller->version;
  return status;
}

State receiver_state(const View& view, const ReceiverPlan& receiver, Signal signal) {
  const auto answers = view.receiver_answers(receiver.name);
  if (!answers.value()) return State::unknown;
  const auto* refusal = refusal_of(*answers.value(), signal);
  if (refusal && view.is_our_own_trouble(receiver.name, *refusal)) return State::unknown;
  return accepts(*answers.value(), signal) ? State::healthy : State::broken;
}

}  // namespace

std::vector<ComponentStatus> component_statuses(const View& view) {
  std::vector<ComponentStatus> statuses;
  for (const auto component : {Component::loki, Component::tempo, Component::mimir, Component::grafana})
    if (view.backend(component)) statuses.push_back(backend_status(view, component));
  for (const auto& alloy : view.plan().alloys) statuses.push_back(alloy_status(view, alloy));
  return statuses;
}

std::vector<ReceiverStatus> receiver_statuses(const View& view) {
  std::vector<ReceiverStatus> statuses;
  for (const auto& alloy : view.plan().alloys) {
    for (const auto& receiver : alloy.receivers) {
      if (receiver.kind == ReceiverKind::component || receiver.kind == ReceiverKind::file) continue;
      for (const auto signal : receiver.signals)
        statuses.push_back({receiver.name, signal, receiver_state(view, receiver, signal)});
    }
  }
  return statuses;
}

}  // namespace lgtmwatch
