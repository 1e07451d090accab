#include "daemon/model/maintenance.hpp"

#include <algorithm>
#include <iterator>

namespace lgtmwatch {

Maintenance active_at(const Maintenance& windows, WallTime now) {
  Maintenance active;
  std::copy_if(windows.begin(), windows.end(), std::back_inserter(active),
               [&](const MaintenanceWindow& window) { return window.is_active(now); });
  return active;
}

std::optional<WallTime> canaries_paused_until(const Maintenance& windows, Signal signal, WallTime now) {
  std::optional<WallTime> until;
  for (const auto& window : active_at(windows, now)) {
    const auto& signals = window.signals;
    if (!window.pauses_canaries || std::find(signals.begin(), signals.end(), signal) == signals.end()) continue;
    until = std::max(until.value_or(window.end), window.end);
  }
  return until;
}

}  // namespace lgtmwatch
