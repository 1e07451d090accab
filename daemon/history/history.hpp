// History: what lgtmwatch remembers of the stacks beyond the last snapshot. Page, API and report show it beside that.
#pragma once

#include "daemon/history/availability_book.hpp"
#include "daemon/history/incident_book.hpp"

namespace lgtmwatch {

struct History {
  IncidentBook incidents;
  AvailabilityBook availability;
};

}  // namespace lgtmwatch
