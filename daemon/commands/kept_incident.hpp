// `report --incident` from the file of a daemon that does not run.
#pragma once

#include <string>

namespace lgtmwatch {

// Prints the report of the incident of that number. The exit code: 1 where there is none, or nothing can be read.
int report_kept_incident(const std::string& storage_path, const std::string& incident);

}  // namespace lgtmwatch
