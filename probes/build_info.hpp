// The version of a component, from its build information. Asked every five minutes at most.
//
// Loki /loki/api/v1/status/buildinfo and Tempo /api/status/buildinfo answer {"version":…} flat;
// Mimir and Prometheus …/api/v1/status/buildinfo answer it under "data". A binary that was built without
// version says "" or "unknown". Cortex answers 404 unless it is enabled: the version is unknown then.
#pragma once

#include "probes/probe.hpp"

namespace lgtmwatch {

Result<BuildInfo> parse_build_info(std::string_view body);

std::unique_ptr<Probe> make_build_info_probe(ProbePlan plan, std::string path);

}  // namespace lgtmwatch
