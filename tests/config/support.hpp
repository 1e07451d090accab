// What the tests of the configuration share: an environment of two tables, and loading with it.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "daemon/config/load.hpp"

namespace lgtmwatch {

struct FakeEnvironment {
  std::map<std::string, std::string> variables;
  std::map<std::string, std::string> files;

  Environment get() const {
    return {[this](const std::string& name) {
              const auto found = variables.find(name);
              return found == variables.end() ? std::nullopt : std::optional(found->second);
            },
            [this](const std::string& path) -> Result<std::string> {
              const auto found = files.find(path);
              if (found != files.end()) return found->second;
              return Error(Phase::content, Reason::internal, "no such file");
            }};
  }
};

inline std::string read_source_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

inline std::string render_all(const LoadedConfig& loaded, const std::string& file, std::string_view source) {
  std::string text;
  for (const auto& each : loaded.diagnostics) text += render(each, file, source);
  return text;
}

inline bool has_errors(const LoadedConfig& loaded) {
  for (const auto& each : loaded.diagnostics) {
    if (each.severity == Diagnostic::Severity::error) return true;
  }
  return false;
}

}  // namespace lgtmwatch
