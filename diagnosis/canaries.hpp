// What the canaries of a route say of their path.
#pragma once

#include <string>

#include "diagnosis/view.hpp"

namespace lgtmwatch {

// "canary/backend"
std::string canary_path_of(const CanaryRouteFacts& route);

// What is overdue will come, late as the one before: that came, and no more time has passed than twice the deadline.
bool is_only_late(const View& view, const CanaryRouteFacts& route);

// Two in a row count as broken, a single bad one beside a good one as degraded, and so does one that was late or came
// twice. Unknown where it is not checked, before the first is settled or overdue, while the backend is coming back or
// the receiver has come back and none was settled since, and on a direct route where the backend takes no writes: it
// need not offer every one.
State canary_state(const View& view, const CanaryRouteFacts& route);

// Past Alloy, straight to a backend.
bool is_direct(const CanaryRouteFacts& route);
// A canary that is not plain is rare, so that a single one is tried again before anybody is told.
bool went_wrong_twice(const CanaryFormFacts& form);

CanaryStatus canary_status(const View& view, const CanaryRouteFacts& route);
PathVerdict judge_canary_path(const View& view, const CanaryRouteFacts& route);

// It is shown on lgtmwatch's own /metrics, and nobody has scraped that since the newest was.
bool is_unscraped(const View& view, const CanaryRouteFacts& route);

// The stage at which canaries of the route fail, as far as canaries alone can tell: where a write is refused it is the
// door; where it is acknowledged and does not arrive, a direct route of the same signal that works leaves only Alloy.
Stage failing_stage(const View& view, const CanaryRouteFacts& route);

}  // namespace lgtmwatch
