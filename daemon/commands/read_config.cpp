#include "daemon/commands/read_config.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

namespace lgtmwatch {
namespace {

constexpr std::size_t longest_file = 8 << 20;

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return Error(Phase::content, Reason::not_found, fmt::format("cannot open {}: {}", path, std::strerror(errno)),
                 "check the path and the permissions");
  std::string text;
  text.resize(longest_file);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || (file.fail() && !file.eof()))
    return Error(Phase::content, Reason::internal, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

std::optional<LoadedConfig> load(const std::string& file, const Outside& outside, bool print_warnings) {
  const auto text = read_file(file);
  if (!text) {
    fmt::print(stderr, "error: {}\n", text.error().what);
    if (!text.error().hint.empty()) fmt::print(stderr, "hint: {}\n", text.error().hint);
    return std::nullopt;
  }
  const Environment environment{outside.variable, read_file};
  auto loaded = load_config(*text, file, environment);
  for (const auto& diagnostic : loaded.diagnostics)
    if (print_warnings || !loaded.plan) fmt::print(stderr, "{}", render(diagnostic, file, *text));
  if (!loaded.plan) return std::nullopt;
  return loaded;
}

}  // namespace

std::optional<LoadedConfig> read_config(const std::string& file, const Outside& outside) {
  return load(file, outside, true);
}

std::optional<LoadedConfig> read_config_quietly(const std::string& file, const Outside& outside) {
  return load(file, outside, false);
}

void log_warnings(const LoadedConfig& config, const std::string& file, Log& log) {
  for (const auto& warning : config.diagnostics)
    log.warn(warning.message,
             {{"file", file}, {"line", std::to_string(warning.line)}, {"path", warning.path}, {"hint", warning.hint}});
}

}  // namespace lgtmwatch
