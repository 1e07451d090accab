// What another lgtmwatch, a daemon, tells of its canaries in /api/v1/status. Pure: what status_json wrote is read back.
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/base/result.hpp"
#include "daemon/model/canary.hpp"

namespace lgtmwatch {

// The error names what is no status of an lgtmwatch.
Result<boost::json::value> parse_status(std::string_view body);

// What the daemon knows of the canaries of the route, as if they had been written here. The error is one sentence
// about the daemon: it has no such stack or route, does not check it, has no canary of it yet, or tells it otherwise
// than this version does.
Result<CanaryRouteFacts> read_daemon_canaries(const boost::json::value& status, const std::string& stack,
                                              std::shared_ptr<const CanaryRoutePlan> route);

}  // namespace lgtmwatch
