// The counters of pipelines and backends for /metrics: totals since lgtmwatch saw them first, so that a restart of a
// component makes no dip. A figure that is not known is left out.
//
// The label `exporter` is Alloy's own id of the component, the only name that an exporter has; at most 64 of each Alloy
// are written. Where a stack has several Alloys it is "ALLOY/ID".
#pragma once

#include "daemon/serve/families.hpp"
#include "daemon/status/store.hpp"

namespace lgtmwatch {

void add_pipelines(Families& out, const StackSnapshot& stack, WallTime now);

}  // namespace lgtmwatch
