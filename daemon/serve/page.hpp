// The status page, for people: one HTML document from a snapshot, without scripts and without anything to load.
#pragma once

#include <string>

#include "daemon/status/store.hpp"

namespace lgtmwatch {

std::string status_page(const Snapshot& snapshot);

}  // namespace lgtmwatch
