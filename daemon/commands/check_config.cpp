// lgtmwatch check-config: every error of a configuration, or the effective configuration with secrets masked.
#include <fmt/format.h>

#include <memory>

#include "daemon/commands/commands.hpp"
#include "daemon/commands/read_config.hpp"
#include "daemon/config/schema.hpp"

namespace lgtmwatch {

void add_check_config_command(CLI::App& app, const Outside& outside, int& exit_code) {
  auto file = std::make_shared<std::string>();
  auto* command = app.add_subcommand("check-config", "Checks a configuration and prints what it comes to");
  command->add_option("file", *file, "Configuration file")->envname("LGTMWATCH_CONFIG_FILE");
  auto print_schema = std::make_shared<bool>(false);
  command->add_flag("--print-schema", *print_schema, "Print the JSON schema of the configuration, for editors");
  command->callback([file, print_schema, &outside, &exit_code] {
    if (*print_schema) {
      fmt::print("{}", config_schema());
      return;
    }
    if (file->empty()) throw CLI::RequiredError("file");
    const auto config = read_config(*file, outside);
    if (config) fmt::print("{}", config->loaded.effective);
    exit_code = config ? 0 : 2;
  });
}

}  // namespace lgtmwatch
