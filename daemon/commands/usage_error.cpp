#include "daemon/commands/usage_error.hpp"

#include <fmt/format.h>

#include "daemon/config/diagnostics.hpp"

namespace lgtmwatch {
namespace {

std::vector<std::string> names_of_commands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> flags_of(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const auto* option : command.get_options())
    for (const auto& name : option->get_lnames()) flags.push_back("--" + name);
  return flags;
}

std::string hint_for(const std::string& word, const std::vector<std::string>& known) {
  return suggest(word, std::vector<std::string_view>(known.begin(), known.end()));
}

std::string unknown_word(const CLI::App& command, const std::string& word) {
  const auto flag = word.substr(0, word.find('='));
  if (!word.starts_with("-")) return fmt::format("error: {} takes no '{}'\n", command.get_name(), word);
  return fmt::format("error: {} is no flag of {}\nhint: {}\n", flag, command.get_name(),
                     hint_for(flag, flags_of(command)));
}

}  // namespace

std::string usage_error_text(const CLI::App* app, const CLI::Error& error) {
  const auto used = app->get_subcommands();
  const auto left = app->remaining(true);
  if (used.empty() && dynamic_cast<const CLI::ArgumentMismatch*>(&error))
    return fmt::format("error: {}\nhint: leave the flag out, or give it one\n", error.what());
  if (used.empty()) {
    const auto commands = names_of_commands(*app);
    if (left.empty())
      return fmt::format("error: which command?\nhint: {}; `lgtmwatch --help` tells what each does\n",
                         fmt::join(commands, ", "));
    return fmt::format("error: '{}' is no command\nhint: {}\n", left.front(), hint_for(left.front(), commands));
  }
  const auto& command = *used.front();
  auto text = left.empty() ? fmt::format("error: {}\n", error.what()) : unknown_word(command, left.front());
  return text + fmt::format("hint: `lgtmwatch {} --help` lists what it takes\n", command.get_name());
}

}  // namespace lgtmwatch
