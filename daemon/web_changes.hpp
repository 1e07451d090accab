// What may be changed over HTTP, handed to the web interface.
#pragma once

#include <functional>

#include "daemon/base/clock.hpp"
#include "daemon/canary_keeper.hpp"
#include "daemon/hand_runs.hpp"
#include "daemon/maintenance_book.hpp"
#include "daemon/reload.hpp"
#include "daemon/serve/routes.hpp"

namespace lgtmwatch {

// All must outlive the WebContext.
struct WebChangeParts {
  const Clock& clock;
  Reloader& reloader;
  HandRuns& hand_runs;
  MaintenanceBook& windows;
  std::function<void()> windows_changed;
};

void allow_changes(WebContext& web, const WebChangeParts& parts);

// The windows hold in the stacks from now on: who is told of findings, and which canaries are written, goes by them.
void show_windows(const MaintenanceBook& windows, StatusStore& store, CanaryKeeper& canaries);

}  // namespace lgtmwatch
