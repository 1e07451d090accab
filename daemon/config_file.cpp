#include "daemon/config_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace lgtmwatch {
namespace {

constexpr std::size_t longest_file = 8 << 20;
constexpr std::size_t read_at_once = 64 << 10;

}  // namespace

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return Error(Phase::content, Reason::not_found, fmt::format("cannot open {}: {}", path, std::strerror(errno)),
                 "check the path and the permissions");
  std::string text;
  while (file && text.size() < longest_file) {
    const auto before = text.size();
    text.resize(before + std::min(read_at_once, longest_file - before));
    file.read(text.data() + before, static_cast<std::streamsize>(text.size() - before));
    text.resize(before + static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad() || (file.fail() && !file.eof()))
    return Error(Phase::content, Reason::internal, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  return text;
}

Result<ConfigFile> read_config_file(const std::string& file, const Environment& environment, FoundTargets found) {
  auto text = environment.read_file(file);
  if (!text) return text.error();
  auto loaded = load_config(*text, file, environment, found);
  return ConfigFile{file, environment, std::move(*text), std::move(loaded), std::move(found)};
}

ConfigFile load_again(const ConfigFile& config) { return load_again(config, config.found); }

ConfigFile load_again(const ConfigFile& config, FoundTargets found) {
  auto loaded = load_config(config.text, config.file, config.environment, found);
  return {config.file, config.environment, config.text, std::move(loaded), std::move(found)};
}

std::string render_diagnostics(const ConfigFile& config, bool with_warnings) {
  return render_diagnostics(config.loaded.diagnostics, config.file, config.text, with_warnings);
}

std::string render_diagnostics(const std::vector<Diagnostic>& diagnostics, const std::string& file,
                               const std::string& text, bool with_warnings) {
  std::string rendered;
  for (const auto& each : diagnostics)
    if (with_warnings || each.severity == Diagnostic::Severity::error) rendered += render(each, file, text);
  return rendered;
}

void log_errors(const ConfigFile& config, Log& log) {
  log_diagnostics(config.loaded.diagnostics, config.file, Diagnostic::Severity::error, log);
}

void log_warnings(const ConfigFile& config, Log& log) {
  log_diagnostics(config.loaded.diagnostics, config.file, Diagnostic::Severity::warning, log);
}

void log_diagnostics(const std::vector<Diagnostic>& diagnostics, const std::string& file, Diagnostic::Severity severity,
                     Log& log) {
  const auto level = severity == Diagnostic::Severity::error ? LogLevel::error : LogLevel::warn;
  for (const auto& each : diagnostics) {
    if (each.severity != severity) continue;
    log.write(level, each.message,
              {{"file", file},
               {"line", std::to_string(each.line)},
               {"column", std::to_string(each.column)},
               {"path", each.path},
               {"hint", each.hint}});
  }
}

}  // namespace lgtmwatch
