// lgtmwatch verify: one look at everything, for CI, with an honest exit code.
#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <cstdio>
#include <functional>
#include <memory>

#include "daemon/commands/commands.hpp"
#include "daemon/commands/daemon_flags.hpp"
#include "daemon/commands/one_look.hpp"
#include "daemon/commands/read_config.hpp"
#include "daemon/commands/verify_canaries.hpp"
#include "daemon/serve/api.hpp"
#include "daemon/serve/summary.hpp"

namespace lgtmwatch {
namespace {

struct VerifyFlags {
  std::string config_file;
  std::string timeout = "90s";
  std::string format = "text";
  std::string stack;
  std::string fail_on = "broken";
  std::string daemon;
  DaemonFlags daemon_access;
};

int exit_code_of(const Snapshot& snapshot, State fails) {
  bool unknown = false;
  for (const auto& stack : snapshot.stacks) {
    if (stack->verdict.state >= fails) return 1;
    if (stack->verdict.state == State::unknown) unknown = true;
    for (const auto& criterion : stack->verdict.criteria) unknown = unknown || criterion.state == State::unknown;
  }
  return unknown ? 3 : 0;
}

std::string rendered(const Snapshot& snapshot, const std::string& format) {
  if (format == "json") return boost::json::serialize(status_json(snapshot)) + "\n";
  if (format == "junit") return summary_junit(snapshot);
  if (format == "markdown") return summary_markdown(snapshot);
  return summary_text(snapshot);
}

Result<std::optional<Endpoint>> daemon_in(const VerifyFlags& flags) {
  if (flags.daemon.empty()) return std::optional<Endpoint>();
  auto daemon = daemon_endpoint(flags.daemon, flags.daemon_access);
  if (!daemon) return daemon.error();
  return std::optional(std::move(*daemon));
}

int verify(const VerifyFlags& flags, const Outside& outside) {
  const auto timeout = parse_duration(flags.timeout);
  if (!timeout || *timeout <= Duration::zero()) {
    fmt::print(stderr, "error: --timeout: '{}' is not a duration\nhint: write it as 90s or 2m\n", flags.timeout);
    return 2;
  }
  auto daemon = daemon_in(flags);
  if (!daemon) {
    fmt::print(stderr, "error: --daemon: {}\nhint: {}\n", daemon.error().what, daemon.error().hint);
    return 2;
  }
  auto config = read_config(flags.config_file, outside);
  if (!config) return 2;
  const auto plan = chosen_stacks(std::move(*config->loaded.plan), flags.stack);
  if (!plan) return 2;
  if (*daemon && !has_routes_of_a_daemon(*plan)) {
    fmt::print(stderr, "note: no route of the configuration needs a daemon, so {} is not asked\n", flags.daemon);
    daemon->reset();
  }
  const auto fails = flags.fail_on == "degraded" ? State::degraded : State::broken;
  return look_once(*plan, *timeout, std::move(*daemon), [&](const Snapshot& snapshot) {
    fmt::print("{}", rendered(snapshot, flags.format));
    return exit_code_of(snapshot, fails);
  });
}

}  // namespace

void add_verify_command(CLI::App& app, const Outside& outside, int& exit_code) {
  auto flags = std::make_shared<VerifyFlags>();
  auto* command = app.add_subcommand(
      "verify", "One look at everything. Exits 0 all holds, 1 broken, 2 wrong configuration, 3 unknown");
  command->add_option("--config.file", flags->config_file, "Configuration file")
      ->required()
      ->envname("LGTMWATCH_CONFIG_FILE");
  command->add_option("--timeout", flags->timeout, "How long the whole look may take")->capture_default_str();
  command->add_option("--format", flags->format, "text, json, junit or markdown")
      ->check(CLI::IsMember({"text", "json", "junit", "markdown"}))
      ->capture_default_str();
  command->add_option("--stack", flags->stack, "Looks at this stack only");
  command->add_option("--fail-on", flags->fail_on, "State from which on it exits 1: broken or degraded")
      ->check(CLI::IsMember({"broken", "degraded"}))
      ->capture_default_str();
  command->add_option("--daemon", flags->daemon,
                      "Address of a running daemon, http://HOST:9797, whose canaries count on the routes that only a "
                      "daemon can use: stdout, scrape, and files");
  add_daemon_flags(*command, "daemon", "DAEMON", flags->daemon_access);
  command->callback([flags, &outside, &exit_code] { exit_code = verify(*flags, outside); });
}

}  // namespace lgtmwatch
