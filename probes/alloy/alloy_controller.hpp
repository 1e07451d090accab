// alloy_controller: what Alloy's controller says of its components and of its configuration.
//
// Asks GET /metrics (alloy_build_info, alloy_component_controller_running_components,
// alloy_config_last_load_successful, and the figures of its pipelines: see alloy_pipeline.hpp), and GET /-/healthy for
// the names only where the metrics speak of something unhealthy. Evidence, never proof: an exporter with a dead target
// is "healthy", and so is a scraper that tails nothing; a rejected reload makes components unhealthy that go on
// working. Only GET /-/healthy and /metrics are sent; GET /-/reload would reload.
#pragma once

#include <string>
#include <vector>

#include "probes/probe.hpp"

namespace lgtmwatch {

// A body without alloy_build_info is not Alloy's.
Result<AlloyController> parse_alloy_metrics(std::string_view body);

// "unhealthy components: otelcol.receiver.otlp, loki.write" (500); nothing from "All Alloy components are healthy."
std::vector<std::string> parse_unhealthy_components(std::string_view body);

Probes make_alloy_controller(const StackPlan& stack);

}  // namespace lgtmwatch
