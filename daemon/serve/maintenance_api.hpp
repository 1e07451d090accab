// Windows of maintenance over HTTP: what a request asks for, and what is shown of them. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>
#include <vector>

#include "daemon/base/result.hpp"
#include "daemon/model/announced_window.hpp"
#include "daemon/status/store.hpp"

namespace lgtmwatch {

// {"stacks":[…],"signals":[…],"start":"…","end":"…","canaries":"pause","comment":"…"}. Only the end is needed; it
// begins now where nothing else is said. The error names the key that is wrong, and what is allowed.
Result<AnnouncedWindow> parse_window(std::string_view body, const Snapshot& snapshot, WallTime now);

boost::json::object window_json(const AnnouncedWindow& announced, WallTime now);
boost::json::object windows_json(const std::vector<AnnouncedWindow>& windows, WallTime now);

}  // namespace lgtmwatch
