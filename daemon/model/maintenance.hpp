// Windows of maintenance: times that were announced, in which something of a stack may fail.
//
// A window keeps quiet who is told of findings (daemon/alert/policy.hpp); one that says so pauses the canaries of its
// signals. Nothing that is seen is judged otherwise.
#pragma once

#include <optional>
#include <vector>

#include "daemon/base/time.hpp"
#include "daemon/model/words.hpp"

namespace lgtmwatch {

// Of one stack. It holds from its start on, and at its end no more.
struct MaintenanceWindow {
  bool is_active(WallTime now) const { return start <= now && now < end; }
  bool operator==(const MaintenanceWindow&) const = default;

  std::vector<Signal> signals;  // at least one
  WallTime start{};
  WallTime end{};
  bool pauses_canaries = false;
};

using Maintenance = std::vector<MaintenanceWindow>;

// Those of the windows that hold now.
Maintenance active_at(const Maintenance& windows, WallTime now);

// Until when no canaries of the signal are written, as far as the windows that hold now say; nothing where they are.
std::optional<WallTime> canaries_paused_until(const Maintenance& windows, Signal signal, WallTime now);

}  // namespace lgtmwatch
