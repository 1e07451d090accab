#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

#include <algorithm>

#include "daemon/config/emit.hpp"

namespace lgtmwatch {
namespace {

struct WindowOfStacks {
  MaintenanceWindow window;
  std::vector<std::string> stacks;
};

// What holds for several stacks is written once.
std::vector<WindowOfStacks> windows_of(const Plan& plan) {
  std::vector<WindowOfStacks> all;
  for (const auto& stack : plan.stacks) {
    for (const auto& window : stack.maintenance) {
      auto known =
          std::find_if(all.begin(), all.end(), [&](const WindowOfStacks& each) { return each.window == window; });
      if (known == all.end()) known = all.insert(all.end(), {window, {}});
      if (known->stacks.empty() || known->stacks.back() != stack.name) known->stacks.push_back(stack.name);
    }
  }
  return all;
}

void put_window(YAML::Emitter& out, const WindowOfStacks& entry) {
  out << YAML::BeginMap << YAML::Key << "stacks" << YAML::Value << YAML::Flow << YAML::BeginSeq;
  for (const auto& stack : entry.stacks) out << doubled_dollars(stack);
  out << YAML::EndSeq;
  put_signals(out, entry.window.signals);
  put(out, "start", format_rfc3339(entry.window.start));
  put(out, "end", format_rfc3339(entry.window.end));
  put(out, "canaries", entry.window.pauses_canaries ? "pause" : "write");
  out << YAML::EndMap;
}

}  // namespace

void put_maintenance(YAML::Emitter& out, const Plan& plan) {
  const auto windows = windows_of(plan);
  if (windows.empty()) return;
  out << YAML::Key << "maintenance" << YAML::Value << YAML::BeginSeq;
  for (const auto& window : windows) put_window(out, window);
  out << YAML::EndSeq;
}

}  // namespace lgtmwatch
