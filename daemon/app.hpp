// The daemon: schedule, store, web server, signals. The composition root of `run` and `demo`.
#pragma once

#include <optional>
#include <string>

#include "daemon/config/shard.hpp"
#include "daemon/config_file.hpp"
#include "daemon/log.hpp"
#include "daemon/service_manager.hpp"
#include "daemon/web_config_file.hpp"

namespace lgtmwatch {

struct DaemonOptions {
  std::string listen_address = ":9797";
  std::optional<int> listen_socket{};         // one that listens already, instead of the address
  bool enable_lifecycle = false;              // POST /-/reload is allowed
  std::string external_url{};                 // under which people reach this instance; empty where it is not known
  std::string storage_path{};                 // what is to outlive a restart; in memory only where empty
  std::optional<WebConfigFile> web_config{};  // one that holds a plan
  ServiceManager manager{};
  Shard shard{};  // of the stacks of the configuration
};

// Runs until SIGTERM or SIGINT; config must hold a plan. 0 after an orderly end, 1 where it could not start or a part
// of it failed.
int run_daemon(ConfigFile config, const DaemonOptions& options, Log& log);

}  // namespace lgtmwatch
