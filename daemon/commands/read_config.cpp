#include "daemon/commands/read_config.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "daemon/base/clock.hpp"

namespace lgtmwatch {
namespace {

std::optional<ConfigFile> load(const std::string& file, const Outside& outside, bool print_warnings) {
  auto config = read_config_file(file, Environment{outside.variable, read_file, [] { return SystemClock().wall(); }});
  if (!config) {
    fmt::print(stderr, "error: {}\n", config.error().what);
    if (!config.error().hint.empty()) fmt::print(stderr, "hint: {}\n", config.error().hint);
    return std::nullopt;
  }
  if (print_warnings || !config->loaded.plan) fmt::print(stderr, "{}", render_diagnostics(*config, true));
  if (!config->loaded.plan) return std::nullopt;
  return std::move(*config);
}

}  // namespace

std::optional<ConfigFile> read_config(const std::string& file, const Outside& outside) {
  return load(file, outside, true);
}

std::optional<ConfigFile> read_config_quietly(const std::string& file, const Outside& outside) {
  return load(file, outside, false);
}

std::optional<Plan> chosen_stacks(Plan plan, const std::string& name) {
  if (name.empty()) return plan;
  std::string known;
  for (const auto& stack : plan.stacks) known += (known.empty() ? "" : ", ") + stack.name;
  std::erase_if(plan.stacks, [&](const StackPlan& stack) { return stack.name != name; });
  if (!plan.stacks.empty()) return plan;
  fmt::print(stderr, "error: there is no stack '{}'\nhint: the configuration has: {}\n", name, known);
  return std::nullopt;
}

}  // namespace lgtmwatch
