// loki_older: does Loki hold log records of a source under times that lie before those in which it is looked for?
//
// Asks GET /loki/api/v1/query_range as loki_newest does, over the day before its window: limit=1, backward, so that a
// source whose records are there costs one sub-query, and one without any costs one for each hour. Asked every five
// minutes. One answer says little, since every source has an older record; that the newest of them grows newer while
// nothing is found within the window says that records arrive with a wrong time.
#pragma once

#include "probes/probe.hpp"

namespace lgtmwatch {

Probes make_loki_older(const StackPlan& stack);

}  // namespace lgtmwatch
