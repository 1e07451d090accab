// The JSON API: pure functions of a snapshot. The shapes are those of the contract.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/status/store.hpp"

namespace lgtmwatch {

// {"stacks":[…]}: /api/v1/status, and what `verify --format=json` prints.
boost::json::value status_json(const Snapshot& snapshot);

// {"findings":[…]}: those of all stacks, each with its "stack".
boost::json::value findings_json(const Snapshot& snapshot);

// {"probes":[{"id":…,"good":…}]}: the list, so that ids can be found.
boost::json::value probes_json(const Snapshot& snapshot);

// The last run of the probe STACK/PROBE/TARGET with its requests and answers; nothing where there is none.
std::optional<boost::json::value> probe_json(const Snapshot& snapshot, std::string_view id);

}  // namespace lgtmwatch
