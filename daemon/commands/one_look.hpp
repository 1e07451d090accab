// One look at everything: every probe, counters twice, and canaries until they are settled. For verify and report.
#pragma once

#include <functional>
#include <optional>

#include "daemon/base/endpoint.hpp"
#include "daemon/model/plan.hpp"
#include "daemon/status/store.hpp"

namespace lgtmwatch {

// Takes at most the timeout. The daemon is asked where the plan has canaries that only a daemon can write. The exit
// code is what tell(snapshot) gives.
int look_once(const Plan& plan, Duration timeout, std::optional<Endpoint> daemon,
              const std::function<int(const Snapshot&)>& tell);

}  // namespace lgtmwatch
