#include <fmt/format.h>

#include "daemon/serve/report.hpp"

namespace lgtmwatch {
namespace {

const AlloyPlan* alloy_of(const StackPlan& plan, const std::string& receiver) {
  for (const auto& alloy : plan.alloys)
    for (const auto& each : alloy.receivers)
      if (each.name == receiver) return &alloy;
  return nullptr;
}

const ReceiverPlan* receiver_named(const AlloyPlan& alloy, const std::string& name) {
  for (const auto& each : alloy.receivers)
    if (each.name == name) return &each;
  return nullptr;
}

std::string door_of(const ReceiverPlan& receiver) {
  if (receiver.endpoint) return receiver.endpoint->url.text();
  return receiver.file.empty() ? receiver.component : receiver.file;
}

const PipelineStatus* pipeline_of(const StackVerdict& verdict, const SourceStatus& source) {
  for (const auto& pipeline : verdict.pipelines)
    if (pipeline.receiver == source.receiver && pipeline.signal == source.signal) return &pipeline;
  return nullptr;
}

std::string address_of(const StackVerdict& verdict, Component component) {
  for (const auto& each : verdict.components)
    if (each.component == component) return each.address;
  return {};
}

std::string through(const StackVerdict& verdict, const SourceStatus& source) {
  const auto* pipeline = pipeline_of(verdict, source);
  if (!pipeline) return "(Alloy's graph does not tell what comes here)";
  std::string text;
  for (const auto& component : pipeline->through) text += (text.empty() ? "" : " -> ") + component;
  return pipeline->sends_to.empty() ? text : text + " -> " + pipeline->sends_to;
}

std::string way_of(const StackSnapshot& stack, const SourceStatus& source) {
  const auto* alloy = alloy_of(*stack.facts.plan, source.receiver);
  const auto* receiver = alloy ? receiver_named(*alloy, source.receiver) : nullptr;
  const auto backend = backend_of(source.signal);
  const auto grafana = address_of(stack.verdict, Component::grafana);
  auto text = fmt::format("{} of {}: {}\n  -> receiver {}", to_string(source.signal), source.source,
                          to_string(source.state), source.receiver);
  if (receiver) text += fmt::format(" ({}) of Alloy {}", door_of(*receiver), alloy->name);
  text += fmt::format("\n  -> {}\n  -> {} ({})\n", through(stack.verdict, source), display_name(backend),
                      address_of(stack.verdict, backend));
  return grafana.empty() ? text : text + fmt::format("  -> Grafana ({})\n", grafana);
}

}  // namespace

std::string topology_text(const StackSnapshot& stack) {
  std::string text;
  for (const auto& source : stack.verdict.sources) text += way_of(stack, source);
  const auto networks = networks_text(stack.facts);
  return text.empty() || networks.empty() ? text + networks : text + "\n" + networks;
}

}  // namespace lgtmwatch
