// lgtmwatch check-config: every error of a configuration, or the effective configuration with secrets masked.
#include <fmt/format.h>

#include <memory>

#include "daemon/commands/commands.hpp"
#include "daemon/commands/read_config.hpp"
#include "daemon/config/schema.hpp"

namespace lgtmwatch {
namespace {

// As comments, since it is `stacks_from` that has them.
std::string found_stacks(const LoadedConfig& loaded) {
  std::string text;
  for (std::size_t i = loaded.listed; i < loaded.plan->stacks.size(); ++i)
    text += fmt::format("#   {}\n", loaded.plan->stacks[i].name);
  return text.empty() ? text : "# found by stacks_from in files:\n" + text;
}

}  // namespace

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
    const auto config = read_config(*file, outside, LookFor::in_files);
    if (config) fmt::print("{}{}", config->loaded.effective, found_stacks(config->loaded));
    exit_code = config ? 0 : 2;
  });
}

}  // namespace lgtmwatch
