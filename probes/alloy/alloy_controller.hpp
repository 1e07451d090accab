// alloy_controller: what Alloy's controller says of its components and of its configuration.
//
// Asks GET /metrics (alloy_build_info, alloy_component_controller_running_components,
// alloy_config_last_load_successful, and the figures of its pipelines: see alloy_pipeline.hpp), and GET
// /api/v0/web/components only where the metrics speak of something unhealthy. Evidence, never proof: an exporter with a
// dead target is "healthy", and so is a scraper that tails nothing.
//
// alloy_config_last_load_successful tells of syntax alone (seen in Alloy 1.18.0, internal/alloycli/cmd_run.go: it is
// set after the sources were parsed and before they are evaluated): a reload that is answered 400 because an attribute
// is misspelled leaves it at 1. Only the component says so, "component evaluation failed: …", and goes on working as it
// was; of a block that is no component (`logging`) nothing says so. GET /-/reload is never sent: it would reload.
#pragma once

#include <string>
#include <vector>

#include "probes/probe.hpp"

namespace lgtmwatch {

// A body without alloy_build_info is not Alloy's.
Result<AlloyController> parse_alloy_metrics(std::string_view body);

// Of the list of components, those whose evaluation has failed; none from what is no list.
std::vector<RejectedComponent> parse_rejected_components(std::string_view body);

Probes make_alloy_controller(const StackPlan& stack);

}  // namespace lgtmwatch
