#include "daemon/model/plan.hpp"

namespace lgtmwatch {

std::string target_of(const Expectation& expectation) {
  auto target = expectation.source + "/" + std::string(to_string(expectation.signal));
  if (!expectation.receiver.empty()) target += "@" + expectation.receiver;
  return target;
}

const ComponentPlan* component_of(const StackPlan& stack, Component component) {
  switch (component) {
    case Component::loki: return stack.loki ? &*stack.loki : nullptr;
    case Component::tempo: return stack.tempo ? &*stack.tempo : nullptr;
    case Component::mimir: return stack.mimir ? &*stack.mimir : nullptr;
    case Component::grafana: return stack.grafana ? &*stack.grafana : nullptr;
    default: return nullptr;
  }
}

}  // namespace lgtmwatch
