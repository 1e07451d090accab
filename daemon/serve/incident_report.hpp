// The report of one incident, as Markdown: what went wrong and when, what spoke for it, why, and what to do.
#pragma once

#include <string>

#include "daemon/history/incident_book.hpp"
#include "diagnosis/catalogue.hpp"

namespace lgtmwatch {

std::string incident_markdown(const Incident& incident, const IncidentBook& book, const Catalogue& catalogue,
                              WallTime now);

}  // namespace lgtmwatch
