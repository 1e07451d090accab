// Reads the configuration file for a command, and says what is wrong with it.
#pragma once

#include <optional>
#include <string>

#include "daemon/commands/commands.hpp"
#include "daemon/config_file.hpp"

namespace lgtmwatch {

// Errors, and the warnings of a configuration that can be used, are printed on standard error as compilers do.
// Nothing where it cannot be used.
std::optional<ConfigFile> read_config(const std::string& file, const Outside& outside);

// For the daemon, whose standard error is its log: errors are printed, warnings are left to log_warnings().
std::optional<ConfigFile> read_config_quietly(const std::string& file, const Outside& outside);

// The plan with that stack alone, or with all where the name is empty. Nothing where there is no such stack, which is
// said on standard error.
std::optional<Plan> chosen_stacks(Plan plan, const std::string& name);

}  // namespace lgtmwatch
