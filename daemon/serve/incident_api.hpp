// Incidents as JSON: /api/v1/incidents and what stands below it. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "daemon/history/incident_book.hpp"

namespace lgtmwatch {

struct IncidentFilter {
  bool fits(const Incident& incident) const;

  std::string stack;              // of all where empty
  std::optional<bool> is_open;    // or closed
  std::optional<WallTime> since;  // open then, or opened later
  std::size_t limit = 100;
};

// From the parameters of a request as they are written, "" where one is absent. The error names the one that is wrong
// and what may stand there.
Result<IncidentFilter> read_incident_filter(const std::string& stack, const std::string& open, const std::string& since,
                                            const std::string& limit, WallTime now);

// {"incidents":[…],"left_out":0}: the latest first, as many as the limit says.
boost::json::object incidents_json(const IncidentBook& book, const IncidentFilter& filter, WallTime now);

// All that is known of one.
boost::json::object incident_json(const Incident& incident, WallTime now);

}  // namespace lgtmwatch
