// What Alloy's exporters tell of the backends that they send to. Pure.
#pragma once

#include <vector>

#include "daemon/init/found.hpp"

namespace lgtmwatch {

// From where Alloy pushes logs or metrics to; a why_not where that does not tell where the backend is asked.
FoundBackend backend_of_exporters(const std::vector<FoundAlloy>& alloys, Component backend);

// The tenant that Alloy writes as, and Tempo's own OTLP receiver. Where Alloy sees the address as its own loopback
// while it is asked at another host, that host is meant.
void add_what_exporters_tell(const std::vector<FoundAlloy>& alloys, FoundBackend& backend);

}  // namespace lgtmwatch
