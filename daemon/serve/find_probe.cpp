#include "daemon/serve/find_probe.hpp"

namespace lgtmwatch {

std::string probe_id(const StackPlan& stack, const ProbeFacts& probe) {
  return stack.name + "/" + probe.probe + "/" + probe.target;
}

std::optional<FoundProbe> find_probe(const Snapshot& snapshot, std::string_view id) {
  for (const auto& stack : snapshot.stacks) {
    const auto& plan = *stack->facts.plan;
    if (!id.starts_with(plan.name + "/")) continue;
    const auto& probes = stack->facts.probes;
    for (std::size_t i = 0; i < probes.size(); ++i)
      if (probe_id(plan, probes[i]) == id)
        return FoundProbe{&probes[i], i < stack->histories.size() ? stack->histories[i].get() : nullptr};
  }
  return std::nullopt;
}

}  // namespace lgtmwatch
