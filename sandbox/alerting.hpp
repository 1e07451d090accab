// What the sandbox's ruler and Alertmanager answer: those of Mimir, with the group `lgtmwatch` of three rules, of which
// the Watchdog fires and is known to the Alertmanager.
#pragma once

#include <string>

#include "daemon/base/time.hpp"
#include "sandbox/answers.hpp"
#include "sandbox/faults.hpp"

namespace lgtmwatch::sandbox {

// GET /prometheus/api/v1/rules; started: the moment since which the Watchdog fires.
std::string rules_answer(const Faults& faults, WallTime started, WallTime now);

// GET /alertmanager/api/v2/status, alerts and silences.
std::string alertmanager_status(WallTime started);
std::string alertmanager_alerts(WallTime started, WallTime now);
inline constexpr const char* alertmanager_silences = "[]\n";

// What Mimir's /metrics says of alerts and of notifications.
void add_alert_figures(Figures& figures, const Faults& faults, WallTime started, WallTime now);

}  // namespace lgtmwatch::sandbox
