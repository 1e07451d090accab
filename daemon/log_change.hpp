// How a change of what is watched is said in the log; app.cpp asks.
#pragma once

#include "daemon/log.hpp"
#include "daemon/status/changes.hpp"

namespace lgtmwatch {

void log_change(Log& log, const Change& change);

}  // namespace lgtmwatch
