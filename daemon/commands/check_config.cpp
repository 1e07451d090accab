// lgtmwatch check-config: every error of a configuration, or the effective configuration with secrets masked.
#include <fmt/format.h>

#include <memory>

#include "daemon/commands/commands.hpp"
#include "daemon/commands/read_config.hpp"
#include "daemon/commands/web_config_flag.hpp"
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

struct CheckFlags {
  std::string file;
  std::string web_config_file;
  bool print_schema = false;
};

bool check_configuration(const std::string& file, const Outside& outside) {
  const auto config = read_config(file, outside, LookFor::in_files);
  if (config) fmt::print("{}{}", config->loaded.effective, found_stacks(config->loaded));
  return config.has_value();
}

// After another one as a document of its own.
bool check_web_configuration(const std::string& file, bool is_first, const Outside& outside) {
  const auto web = read_web_config(file, outside, true);
  if (web) fmt::print("{}{}", is_first ? "" : "---\n", web->loaded.effective);
  return web.has_value();
}

int check(const CheckFlags& flags, const Outside& outside) {
  if (flags.print_schema) {
    fmt::print("{}", config_schema());
    return 0;
  }
  const bool has_both = !flags.file.empty() && !flags.web_config_file.empty();
  const bool is_good = flags.file.empty() || check_configuration(flags.file, outside);
  const bool is_web_good =
      flags.web_config_file.empty() || check_web_configuration(flags.web_config_file, !has_both, outside);
  return is_good && is_web_good ? 0 : 2;
}

}  // namespace

void add_check_config_command(CLI::App& app, const Outside& outside, int& exit_code) {
  auto flags = std::make_shared<CheckFlags>();
  auto* command = app.add_subcommand("check-config", "Checks a configuration and prints what it comes to");
  command->add_option("file", flags->file, "Configuration file")->envname("LGTMWATCH_CONFIG_FILE");
  add_web_config_flag(*command, flags->web_config_file);
  command->add_flag("--print-schema", flags->print_schema, "Print the JSON schema of the configuration, for editors");
  command->callback([flags, &outside, &exit_code] {
    if (!flags->print_schema && flags->file.empty() && flags->web_config_file.empty()) throw CLI::RequiredError("file");
    exit_code = check(*flags, outside);
  });
}

}  // namespace lgtmwatch
