// What was written about canaries, as in settings.hpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/base/time.hpp"
#include "daemon/config/diagnostics.hpp"
#include "daemon/model/words.hpp"

namespace lgtmwatch {

// Of one route, or of all of them.
struct CanaryTimes {
  Setting<Duration> interval;
  Setting<Duration> deadline;
  Setting<Duration> lost_after;
};

struct CanaryRouteSettings : CanaryTimes {
  Given<std::string> name;
  Setting<bool> enabled;
  std::vector<Given<Signal>> signals;  // empty where none were written: all that the route can carry
  Setting<std::string> path;           // of a file receiver: the file of lgtmwatch's own
  std::map<std::string, std::string> labels;
  Setting<std::string> container;  // of stdout: what the container is called whose standard output it is
};

struct CanarySettings : CanaryTimes {
  Place place;
  Setting<bool> enabled;
  Setting<std::string> tenant;    // of the direct routes
  Setting<Duration> fresh_label;  // zero: never
  Setting<Duration> large;
  Setting<Duration> unordered;
  std::optional<std::vector<Given<Duration>>> reread;  // empty: none is read again
  std::vector<CanaryRouteSettings> routes;
};

}  // namespace lgtmwatch
