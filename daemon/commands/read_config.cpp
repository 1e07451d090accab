#include "daemon/commands/read_config.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "daemon/base/clock.hpp"
#include "daemon/discovery.hpp"

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

void print(const std::vector<TargetProblem>& problems) {
  for (const auto& each : problems) {
    fmt::print(stderr, "{}: error: {}\n", each.where, each.what);
    if (!each.hint.empty()) fmt::print(stderr, "hint: {}\n", each.hint);
  }
}

// A command that looks once has no stacks of before, so whatever is wrong where they are looked for is an error.
std::optional<ConfigFile> with_found_stacks(ConfigFile config, LookFor what) {
  if (config.loaded.discovery.empty()) return config;
  auto look = look_everywhere(config.loaded.discovery, what == LookFor::all);
  print(look.problems);
  auto whole = load_again(config, std::move(look.found));
  if (!whole.loaded.plan) fmt::print(stderr, "{}", render_diagnostics(whole, false));
  if (!look.problems.empty() || !whole.loaded.plan) return std::nullopt;
  return whole;
}

}  // namespace

std::optional<ConfigFile> read_config(const std::string& file, const Outside& outside, LookFor what) {
  auto config = load(file, outside, true);
  return config ? with_found_stacks(std::move(*config), what) : std::nullopt;
}

std::optional<ConfigFile> read_config_quietly(const std::string& file, const Outside& outside) {
  auto config = load(file, outside, false);
  if (!config || config->loaded.discovery.empty()) return config;
  auto look = look_everywhere(config->loaded.discovery, true);
  auto whole = load_again(*config, std::move(look.found));
  return whole.loaded.plan ? std::move(whole) : std::move(config);
}

std::optional<Plan> chosen_stacks(Plan plan, const std::string& name) {
  if (plan.stacks.empty()) {
    fmt::print(stderr, "error: there is no stack to check: none is listed, and none was found by stacks_from\n");
    return std::nullopt;
  }
  if (name.empty()) return plan;
  std::string known;
  for (const auto& stack : plan.stacks) known += (known.empty() ? "" : ", ") + stack.name;
  std::erase_if(plan.stacks, [&](const StackPlan& stack) { return stack.name != name; });
  if (!plan.stacks.empty()) return plan;
  fmt::print(stderr, "error: there is no stack '{}'\nhint: the configuration has: {}\n", name, known);
  return std::nullopt;
}

}  // namespace lgtmwatch
