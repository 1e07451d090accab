// The probes that a component gets only because it is configured: readiness and version.
#pragma once

#include <string>

#include "probes/probe.hpp"

namespace lgtmwatch {

// Nothing where the component is not configured (null). The kinds are called NAME_ready and NAME_build_info, their
// target is the address.
Probes ready_probe(const StackPlan& stack, Component component, const ComponentPlan* asked, std::string path);
Probes build_info_probe(const StackPlan& stack, Component component, const ComponentPlan* asked, std::string path);

}  // namespace lgtmwatch
