// What an Alertmanager answers under /api/v2: as 0.25 of Debian and that of Mimir do.
//
//   status    {"uptime":"2026-11-26T05:53:01.165Z",…}: when it was started
//   alerts    [{"labels":{"alertname":…},"startsAt":…,"status":{"state":"suppressed","silencedBy":[ID],…}}]
//   silences  [{"id":…,"status":{"state":"active"},"createdBy":…,"comment":…,"startsAt":…,"endsAt":…}]
#pragma once

#include <string_view>

#include "daemon/base/result.hpp"
#include "daemon/model/alerting.hpp"

namespace lgtmwatch {

// Each adds its part to `found`. Fields that are absent are empty; another form of the whole is an error.
Result<void> read_status(std::string_view body, AlertmanagerState& found);
// watchdog: the name of the alert that must be there; "" for none.
Result<void> read_alerts(std::string_view body, const std::string& watchdog, AlertmanagerState& found);
Result<void> read_silences(std::string_view body, AlertmanagerState& found);

}  // namespace lgtmwatch
