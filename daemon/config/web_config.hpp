// Reads the web configuration: YAML text -> WebPlan, or everything that is wrong with it. The format is that of
// Prometheus' exporter-toolkit (tls_server_config, basic_auth_users, http_server_config), so that one file serves both.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/diagnostics.hpp"
#include "daemon/config/load.hpp"
#include "daemon/model/web_plan.hpp"

namespace lgtmwatch {

struct LoadedWebConfig {
  std::optional<WebPlan> plan;          // absent where there is at least one error
  std::vector<Diagnostic> diagnostics;  // all errors and warnings, in the order of the file
  std::string effective;                // the plan as YAML with every default filled in and secrets masked as ***
  FileContents files;                   // every file that was asked for
  Place tls;                            // of tls_server_config, for what only TLS itself can tell
};

// As load_config().
LoadedWebConfig load_web_config(std::string_view text, const std::string& file, const Environment& environment);

}  // namespace lgtmwatch
