// Probes as pages: all of them with how their last run went, and the last runs and failures of one, with requests,
// answers and the time of each phase.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/status/store.hpp"

namespace lgtmwatch {

// At /probes. Of the stack of that name, or of all where it is empty.
std::string probe_list_page(const Snapshot& snapshot, std::string_view stack);

// At /probes/ID. base leads from there to /: "../../../". may_run: there is a button that runs it at once.
std::optional<std::string> probe_page(const Snapshot& snapshot, std::string_view id, std::string_view base,
                                      bool may_run);

// "probes/ID", from /. The slashes of the id stay, the rest is percent-encoded.
std::string probe_link(std::string_view id);

}  // namespace lgtmwatch
