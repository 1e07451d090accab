// An incident as the text that is kept of it in a file, and back.
#pragma once

#include <string>
#include <string_view>

#include "daemon/base/result.hpp"
#include "daemon/history/incident.hpp"

namespace lgtmwatch {

// Without id, stack and times, which have columns of their own.
std::string incident_text(const Incident& incident);

// Fills in what incident_text() wrote; the error names what is none.
Result<void> read_incident_text(std::string_view text, Incident& incident);

}  // namespace lgtmwatch
