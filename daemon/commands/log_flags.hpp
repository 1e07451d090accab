// The flags of the log, as Prometheus spells them; for every command that runs the daemon.
#pragma once

#include <string>

#include "daemon/commands/commands.hpp"
#include "daemon/log.hpp"

namespace lgtmwatch {

struct LogFlags {
  std::string level = "info";
  std::string format = "logfmt";
};

void add_log_flags(CLI::App& command, LogFlags& flags);
Log make_log(const LogFlags& flags);

}  // namespace lgtmwatch
