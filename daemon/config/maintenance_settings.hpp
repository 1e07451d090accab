// What was written about a window of maintenance, as in settings.hpp.
#pragma once

#include <string>
#include <vector>

#include "daemon/base/time.hpp"
#include "daemon/config/diagnostics.hpp"
#include "daemon/model/words.hpp"

namespace lgtmwatch {

struct MaintenanceSettings {
  std::vector<Given<std::string>> stacks;  // empty: all of them
  std::vector<Given<Signal>> signals;      // empty: all of them
  Setting<WallTime> start;
  Setting<WallTime> end;
  Setting<bool> pauses_canaries;
};

}  // namespace lgtmwatch
