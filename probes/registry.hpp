// The literal table of probe kinds. Adding one: its file pair, one line in registry.cpp, one in CMakeLists.txt.
#pragma once

#include "probes/probe.hpp"

namespace lgtmwatch {

// Every probe that the plan of a stack asks for, in the order of the table.
Probes make_probes(const StackPlan& stack);

}  // namespace lgtmwatch
