// The commands of the program, one file each. A command adds itself to the command line; its callback sets the exit
// code: 0 all is well, 1 something is broken, 2 the command line or the configuration is wrong, 3 unknown.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>

namespace lgtmwatch {

// What main hands in: the outside that commands may not fetch for themselves.
struct Outside {
  std::function<std::optional<std::string>(const std::string& name)> variable;
  char** environment = nullptr;  // for child processes
};

void add_run_command(CLI::App& app, const Outside& outside, int& exit_code);
void add_verify_command(CLI::App& app, const Outside& outside, int& exit_code);
void add_report_command(CLI::App& app, const Outside& outside, int& exit_code);
void add_canary_command(CLI::App& app, const Outside& outside, int& exit_code);
void add_check_config_command(CLI::App& app, const Outside& outside, int& exit_code);
void add_init_command(CLI::App& app, const Outside& outside, int& exit_code);
void add_explain_command(CLI::App& app, const Outside& outside, int& exit_code);
void add_rules_command(CLI::App& app, const Outside& outside, int& exit_code);
void add_demo_command(CLI::App& app, const Outside& outside, int& exit_code);
void add_healthcheck_command(CLI::App& app, const Outside& outside, int& exit_code);

}  // namespace lgtmwatch
