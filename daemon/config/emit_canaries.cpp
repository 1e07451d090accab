#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

#include <algorithm>
#include <optional>

#include "daemon/config/effective.hpp"
#include "daemon/config/emit.hpp"

namespace lgtmwatch {
namespace {

void put_labels(YAML::Emitter& out, const std::map<std::string, std::string>& labels) {
  if (labels.empty()) return;
  out << YAML::Key << "labels" << YAML::Value << YAML::Flow << YAML::BeginMap;
  for (const auto& [name, value] : labels) put(out, name.c_str(), value);
  out << YAML::EndMap;
}

void put_route(YAML::Emitter& out, const StackPlan& stack, const std::string& name) {
  out << YAML::Key << doubled_dollars(name) << YAML::Value << YAML::BeginMap;
  std::vector<Signal> signals;
  const CanaryRoutePlan* last = nullptr;
  for (const auto& route : stack.canaries) {
    if (route.route != name) continue;
    signals.push_back(route.signal);
    last = &route;
  }
  if (last) {
    put_signals(out, signals);
    put(out, "interval", format_duration(last->interval));
    put(out, "deadline", format_duration(last->patience.deadline));
    put(out, "lost_after", format_duration(last->patience.lost_after));
    if (last->is_own_file) put(out, "path", last->file);
    put_labels(out, last->labels);
    put_unless_empty(out, "container", last->container);
  } else {
    put_flag(out, "enabled", false);
  }
  out << YAML::EndMap;
}

// Zero where no route has canaries of the form.
Duration shortest_of(const StackPlan& stack, CanaryForm form) {
  std::optional<Duration> shortest;
  for (const auto& route : stack.canaries)
    for (const auto& each : route.forms)
      if (each.form == form) shortest = std::min(shortest.value_or(each.every), each.every);
  return shortest.value_or(Duration::zero());
}

void put_reread(YAML::Emitter& out, const StackPlan& stack) {
  const auto reread = std::find_if(stack.canaries.begin(), stack.canaries.end(),
                                   [](const CanaryRoutePlan& route) { return !route.rereads.empty(); });
  out << YAML::Key << "reread" << YAML::Value << YAML::Flow << YAML::BeginSeq;
  if (reread != stack.canaries.end())
    for (const auto& look : reread->rereads) out << look.name;
  out << YAML::EndSeq;
}

}  // namespace

void put_canaries(YAML::Emitter& out, const StackPlan& stack) {
  if (stack.canaries.empty()) return;
  out << YAML::Key << "canaries" << YAML::Value << YAML::BeginMap;
  for (const auto& route : stack.canaries) {
    if (!route.own_tenant) continue;
    put(out, "tenant", *route.own_tenant);
    break;
  }
  put(out, "fresh_label", format_duration(shortest_of(stack, CanaryForm::fresh_label)));
  put(out, "large", format_duration(shortest_of(stack, CanaryForm::large)));
  put(out, "unordered", format_duration(shortest_of(stack, CanaryForm::unordered)));
  put_reread(out, stack);
  out << YAML::Key << "routes" << YAML::Value << YAML::BeginMap;
  for (const auto& name : possible_routes(stack)) put_route(out, stack, name);
  out << YAML::EndMap << YAML::EndMap;
}

}  // namespace lgtmwatch
