// What one more answer tells of the clock of who gives it. Pure.
#pragma once

#include "daemon/model/clock_past.hpp"
#include "daemon/model/run_record.hpp"

namespace lgtmwatch {

ClockPast advance(ClockPast past, const Exchange& exchange);

}  // namespace lgtmwatch
