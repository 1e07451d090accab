// What was written about canaries, as in settings.hpp.
#pragma once

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
};

struct CanarySettings : CanaryTimes {
  Place place;
  Setting<bool> enabled;
  Setting<std::string> tenant;  // of the direct routes
  std::vector<CanaryRouteSettings> routes;
};

}  // namespace lgtmwatch
