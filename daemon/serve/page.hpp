// The status page, for people: one HTML document from a snapshot and, where there is one, the history, without scripts
// and without anything to load.
#pragma once

#include <string>

#include "daemon/history/history.hpp"
#include "daemon/status/store.hpp"

namespace lgtmwatch {

std::string status_page(const Snapshot& snapshot, const History* history = nullptr);

}  // namespace lgtmwatch
