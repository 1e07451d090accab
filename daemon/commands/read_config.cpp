#include "daemon/commands/read_config.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace lgtmwatch {
namespace {

std::optional<ConfigFile> load(const std::string& file, const Outside& outside, bool print_warnings) {
  auto config = read_config_file(file, Environment{outside.variable, read_file});
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

}  // namespace lgtmwatch
