// A window of maintenance as a person announced it: in the configuration, or over HTTP while the daemon runs.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "daemon/model/maintenance.hpp"

namespace lgtmwatch {

struct AnnouncedWindow {
  bool concerns(const std::string& stack) const {
    return stacks.empty() || std::find(stacks.begin(), stacks.end(), stack) != stacks.end();
  }

  std::string id;                   // empty where the configuration has it
  std::vector<std::string> stacks;  // empty: all, also those that come later
  MaintenanceWindow window;
  std::string comment;
};

}  // namespace lgtmwatch
