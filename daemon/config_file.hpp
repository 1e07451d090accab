// ConfigFile: the configuration of this process, a file and the files that it refers to, as it was last read.
#pragma once

#include <string>

#include "daemon/base/result.hpp"
#include "daemon/config/load.hpp"
#include "daemon/log.hpp"

namespace lgtmwatch {

struct ConfigFile {
  std::string file;
  Environment environment;
  std::string text;
  LoadedConfig loaded;
  FoundTargets found{};  // of stacks that the file does not list
};

// The content of a file; at most 8 MiB of it.
Result<std::string> read_file(const std::string& path);

// Error where the file cannot be read; what is wrong in it is in loaded.diagnostics.
Result<ConfigFile> read_config_file(const std::string& file, const Environment& environment, FoundTargets found = {});

// The same text with what its files hold now.
ConfigFile load_again(const ConfigFile& config);
// The same, with other targets.
ConfigFile load_again(const ConfigFile& config, FoundTargets found);

// As compilers print them; without a secret.
std::string render_diagnostics(const ConfigFile& config, bool with_warnings);
std::string render_diagnostics(const std::vector<Diagnostic>& diagnostics, const std::string& file,
                               const std::string& text, bool with_warnings);

// One line for each error, or for each warning.
void log_errors(const ConfigFile& config, Log& log);
void log_warnings(const ConfigFile& config, Log& log);
void log_diagnostics(const std::vector<Diagnostic>& diagnostics, const std::string& file, Diagnostic::Severity severity,
                     Log& log);

}  // namespace lgtmwatch
