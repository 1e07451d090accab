// lgtmwatch check-config: every error of a configuration, or the effective configuration with secrets masked.
#include <fmt/format.h>

#include <memory>

#include "daemon/commands/commands.hpp"
#include "daemon/commands/read_config.hpp"

namespace lgtmwatch {

void add_check_config_command(CLI::App& app, const Outside& outside, int& exit_code) {
  auto file = std::make_shared<std::string>();
  auto* command = app.add_subcommand("check-config", "Checks a configuration and prints what it comes to");
  command->add_option("file", *file, "Configuration file")->required()->envname("LGTMWATCH_CONFIG_FILE");
  command->callback([file, &outside, &exit_code] {
    const auto config = read_config(*file, outside);
    if (config) fmt::print("{}", config->loaded.effective);
    exit_code = config ? 0 : 2;
  });
}

}  // namespace lgtmwatch
