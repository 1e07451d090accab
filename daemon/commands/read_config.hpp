// Reads the configuration file for a command, and says on standard error what is wrong with it.
#pragma once

#include <optional>
#include <string>

#include "daemon/commands/commands.hpp"
#include "daemon/config/load.hpp"

namespace lgtmwatch {

// Nothing where it cannot be used; errors and warnings were printed then.
std::optional<LoadedConfig> read_config(const std::string& file, const Outside& outside);

}  // namespace lgtmwatch
