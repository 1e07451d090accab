// The program: the command line, and the only place that reads the environment.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>

#include "daemon/commands/commands.hpp"
#include "daemon/commands/leave.hpp"
#include "daemon/commands/usage_error.hpp"

namespace {

constexpr int usage_error = 2;

std::optional<std::string> environment_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (!value) return std::nullopt;
  return std::string(value);
}

// CLI11 would take the next word for the value; an empty variable of a script writes such a flag.
void refuse_flags_without_value(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word(argv[i]);
    if (word.starts_with("--") && word.find('=') == word.size() - 1)
      throw CLI::ArgumentMismatch(std::string(word) + " has no value");
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app("Watches whether the telemetry of applications really arrives in Loki, Tempo and Mimir.", "lgtmwatch");
  app.set_version_flag("--version", "lgtmwatch " LGTMWATCH_VERSION);
  app.require_subcommand(1);
  app.failure_message(lgtmwatch::usage_error_text);
  const lgtmwatch::Outside outside{environment_variable, environ};
  int exit_code = 0;
  lgtmwatch::add_run_command(app, outside, exit_code);
  lgtmwatch::add_verify_command(app, outside, exit_code);
  lgtmwatch::add_report_command(app, outside, exit_code);
  lgtmwatch::add_canary_command(app, outside, exit_code);
  lgtmwatch::add_check_config_command(app, outside, exit_code);
  lgtmwatch::add_init_command(app, outside, exit_code);
  lgtmwatch::add_explain_command(app, outside, exit_code);
  lgtmwatch::add_rules_command(app, outside, exit_code);
  lgtmwatch::add_demo_command(app, outside, exit_code);
  lgtmwatch::add_healthcheck_command(app, outside, exit_code);
  try {
    refuse_flags_without_value(argc, argv);
    app.parse(argc, argv);
    return lgtmwatch::with_output_written(exit_code);
  } catch (const std::system_error& error) {  // of fmt::print
    return lgtmwatch::output_lost(error.code(), exit_code);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? lgtmwatch::with_output_written(0) : usage_error;
  }
}
