// --web.config.file, and the reading of that file for a command, with what is wrong with it.
#pragma once

#include <optional>
#include <string>

#include "daemon/commands/commands.hpp"
#include "daemon/web_config_file.hpp"

namespace lgtmwatch {

void add_web_config_flag(CLI::App& command, std::string& file);

// Errors, and warnings where they are wanted, are printed on standard error. Nothing where it cannot be used.
std::optional<WebConfigFile> read_web_config(const std::string& file, const Outside& outside, bool with_warnings);

}  // namespace lgtmwatch
