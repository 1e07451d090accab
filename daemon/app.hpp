// The daemon: schedule, store, web server, signals. The composition root of `run` and `demo`.
#pragma once

#include <string>

#include "daemon/log.hpp"
#include "daemon/model/plan.hpp"

namespace lgtmwatch {

struct DaemonOptions {
  std::string listen_address = ":9797";
};

// Runs until SIGTERM or SIGINT. 0 after an orderly end, 1 where it could not start or a part of it failed.
int run_daemon(const Plan& plan, const DaemonOptions& options, Log& log);

}  // namespace lgtmwatch
