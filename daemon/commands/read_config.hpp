// Reads the configuration file for a command, and says what is wrong with it.
#pragma once

#include <optional>
#include <string>

#include "daemon/commands/commands.hpp"
#include "daemon/config_file.hpp"

namespace lgtmwatch {

// Where stacks are looked for: everywhere, or in files alone, so that nobody is asked.
enum class LookFor { all, in_files };

// With the stacks of `stacks_from`. Errors, and the warnings of a configuration that can be used, are printed on
// standard error as compilers do. Nothing where it cannot be used.
std::optional<ConfigFile> read_config(const std::string& file, const Outside& outside, LookFor what = LookFor::all);

// For the daemon, whose standard error is its log: errors are printed, warnings are left to log_warnings(), and what is
// wrong where stacks are looked for to its Discovery; it begins with those that are well.
std::optional<ConfigFile> read_config_quietly(const std::string& file, const Outside& outside);

// The plan with that stack alone, or with all where the name is empty. Nothing where there is no such stack or none at
// all, which is said on standard error.
std::optional<Plan> chosen_stacks(Plan plan, const std::string& name);

}  // namespace lgtmwatch
