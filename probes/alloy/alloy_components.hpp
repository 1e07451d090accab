// alloy_components: which components an Alloy runs, where its receivers listen, where its exporters send to, and which
// signals are handed on in between.
//
// Asks GET /api/v0/web/components, then …/components/ID of at most 64 receivers, exporters and processors, once a
// minute at most. The API is internal and unstable (web/api/api.go says so): what it does not answer as expected stays
// unknown. The graph is read here too, for versions before 1.18 whose metrics do not draw it.
#pragma once

#include <string>
#include <string_view>

#include "probes/probe.hpp"

namespace lgtmwatch {

// The list: ids and the graph.
Result<AlloyComponents> parse_alloy_components(std::string_view body);

// One component with its arguments, laid over what the list knew of it; nothing changes where it cannot be read.
void read_alloy_arguments(std::string_view body, AlloyComponent& component);

// Whether the arguments of the component are worth asking for: it receives, or it sends out of Alloy; it only hands on.
bool has_an_address(std::string_view id);
bool has_outputs(std::string_view id);

Probes make_alloy_components(const StackPlan& stack);

}  // namespace lgtmwatch
