#include "daemon/web_changes.hpp"

namespace lgtmwatch {

void allow_changes(WebContext& web, const WebChangeParts& parts) {
  web.reload = [&reloader = parts.reloader] { return reloader.reload(); };
  web.run_probe = [&runs = parts.hand_runs](std::string id) { return runs.run(std::move(id)); };
  web.announce = [&windows = parts.windows, &clock = parts.clock, changed = parts.windows_changed](auto window) {
    auto announced = windows.add(std::move(window), clock.wall());
    changed();
    return announced;
  };
  web.take_back = [&windows = parts.windows, changed = parts.windows_changed](const std::string& id) {
    auto taken_back = windows.remove(id);
    changed();
    return taken_back;
  };
}

void show_windows(const MaintenanceBook& windows, StatusStore& store, CanaryKeeper& canaries) {
  for (const auto& [stack, maintenance] : windows.by_stack()) {
    store.set_maintenance(stack, maintenance);
    canaries.set_maintenance(stack, maintenance);
  }
}

}  // namespace lgtmwatch
