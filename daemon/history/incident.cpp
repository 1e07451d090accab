#include "daemon/history/incident.hpp"

#include <algorithm>

namespace lgtmwatch {

Duration Incident::lasted(WallTime now) const { return std::max(closed.value_or(now) - opened, Duration::zero()); }

void Incident::add_event(WallTime at, std::string what) {
  events.push_back({at, std::move(what)});
  if (events.size() <= most_events) return;
  events.erase(events.begin() + most_events / 2);
  ++left_out;
}

}  // namespace lgtmwatch
