// Grafana as it was recorded: it was asked by several, here are the answers that one of them got.
#pragma once

#include <memory>

#include "probes/probe.hpp"
#include "tests/probes/recorded.hpp"

namespace lgtmwatch {

// rejected: asked with a bad token; else as one who may read. The recording must outlive it.
std::unique_ptr<HttpClient> make_recorded_grafana(const Recording& recording, bool rejected);

GrafanaPlan recorded_grafana_plan(const RecordedGrafana& grafana);

// The probes of the plan's Grafana, with the questions that it was asked when it was recorded.
Probes recorded_grafana_probes(StackPlan plan);

}  // namespace lgtmwatch
