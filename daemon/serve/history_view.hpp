// The history of a stack on the page and in the report: its incidents of the last days, and its availability. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "daemon/history/history.hpp"

namespace lgtmwatch {

// Those of the last seven days, the open ones first; how many more there are behind the first twenty. Empty where there
// are none.
std::string incidents_html(const IncidentBook& book, const std::string& stack, WallTime now);

// A table of a day, a week and a month: the stack, its signals, and, folded, its paths. Empty where nothing is known.
std::string availability_html(const AvailabilityBook& book, const std::string& stack);

// {"stacks":[{"name":…,"series":[…]}]}
boost::json::object availability_json(const AvailabilityBook& book, const std::vector<std::string>& stacks);

// Sections of the report.
std::string incidents_markdown(const IncidentBook& book, const std::string& stack, WallTime now);
std::string availability_markdown(const AvailabilityBook& book, const std::string& stack);

}  // namespace lgtmwatch
