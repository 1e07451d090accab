// lgtmwatch run: the daemon.
#include <memory>

#include "daemon/app.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/complain.hpp"
#include "daemon/commands/external_url.hpp"
#include "daemon/commands/log_flags.hpp"
#include "daemon/commands/read_config.hpp"
#include "daemon/commands/web_config_flag.hpp"
#include "daemon/passed_socket.hpp"

namespace lgtmwatch {
namespace {

struct RunFlags {
  std::string config_file;
  std::string web_config_file;
  DaemonOptions daemon;
  std::string shard_index = "0";
  std::string shard_count = "1";
  LogFlags log;
};

int run(RunFlags flags, const Outside& outside) {
  if (!flags.daemon.external_url.empty()) {
    const auto url = checked_external_url(flags.daemon.external_url);
    if (!url) return 2;
    flags.daemon.external_url = *url;
  }
  const auto shard = parse_shard(flags.shard_index, flags.shard_count);
  if (!shard) return complain(shard.error().what, shard.error().hint);
  flags.daemon.shard = *shard;
  const auto passed = passed_socket(outside.variable);
  if (!passed) return complain(passed.error().what, passed.error().hint);
  flags.daemon.listen_socket = *passed;
  auto config = read_config_quietly(flags.config_file, outside);
  if (!config) return 2;
  if (!flags.web_config_file.empty()) {
    flags.daemon.web_config = read_web_config(flags.web_config_file, outside, false);
    if (!flags.daemon.web_config) return 2;
  }
  auto log = make_log(flags.log);
  log_warnings(*config, log);
  if (const auto& web = flags.daemon.web_config)
    log_diagnostics(web->loaded.diagnostics, web->file, Diagnostic::Severity::warning, log);
  flags.daemon.manager = ServiceManager(outside.variable);
  return run_daemon(std::move(*config), flags.daemon, log);
}

}  // namespace

void add_run_command(CLI::App& app, const Outside& outside, int& exit_code) {
  auto flags = std::make_shared<RunFlags>();
  auto* command = app.add_subcommand("run", "The daemon: probes on a schedule and shows what it finds");
  command->add_option("--config.file", flags->config_file, "Configuration file")
      ->required()
      ->envname("LGTMWATCH_CONFIG_FILE");
  command->add_option("--web.listen-address", flags->daemon.listen_address, "Address of the web interface")
      ->capture_default_str()
      ->envname("LGTMWATCH_WEB_LISTEN_ADDRESS");
  add_web_config_flag(*command, flags->web_config_file);
  command
      ->add_flag("--web.enable-lifecycle", flags->daemon.enable_lifecycle,
                 "Allow what changes something over HTTP: reload, run of a probe, maintenance")
      ->envname("LGTMWATCH_WEB_ENABLE_LIFECYCLE");
  command
      ->add_option("--storage.path", flags->daemon.storage_path,
                   "Directory for what outlives a restart, of canaries, incidents, maintenance and notifications; "
                   "nothing does where it is not given")
      ->envname("LGTMWATCH_STORAGE_PATH");
  command
      ->add_option("--shard.index", flags->shard_index,
                   "Which of the shards this is, from 0 on, or the name of a pod that ends in it")
      ->capture_default_str()
      ->envname("LGTMWATCH_SHARD_INDEX");
  command->add_option("--shard.count", flags->shard_count, "How many shards the stacks are spread over")
      ->capture_default_str()
      ->envname("LGTMWATCH_SHARD_COUNT");
  add_external_url_flag(*command, flags->daemon.external_url);
  add_log_flags(*command, flags->log);
  command->callback([flags, &outside, &exit_code] { exit_code = run(*flags, outside); });
}

}  // namespace lgtmwatch
