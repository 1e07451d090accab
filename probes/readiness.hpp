// Readiness, shared by every component that has a readiness endpoint: Loki, Tempo, Mimir, Cortex (/ready),
// Prometheus and Alloy (/-/ready). Asked over a fresh connection, so that name, connection and TLS are measured.
//
// 200 with a text that says "ready" ("ready", "Alloy is ready.", "Prometheus Server is Ready.") is ready; 503 says in
// plain text why not. Anything else is not an answer of such a component.
// Mind: Loki, Mimir and Cortex start their 15 s "min_ready_duration" at the first poll and are ready for ever
// after it, so ready proves little.
#pragma once

#include "probes/probe.hpp"

namespace lgtmwatch {

Result<Readiness> judge_readiness(const HttpResponse& response, const std::string& address);

std::unique_ptr<Probe> make_readiness_probe(ProbePlan plan, std::string path);

}  // namespace lgtmwatch
