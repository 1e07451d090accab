#include "probes/component.hpp"

#include "probes/build_info.hpp"
#include "probes/readiness.hpp"

namespace lgtmwatch {
namespace {

ProbePlan component_plan(const StackPlan& stack, Component component, const ComponentPlan& asked, const char* kind) {
  return plan_for(stack, std::string(to_string(component)) + kind, asked.endpoint.url.address(), component, asked);
}

}  // namespace

Probes ready_probe(const StackPlan& stack, Component component, const ComponentPlan* asked, std::string path) {
  Probes probes;
  if (asked)
    probes.push_back(make_readiness_probe(component_plan(stack, component, *asked, "_ready"), std::move(path)));
  return probes;
}

Probes build_info_probe(const StackPlan& stack, Component component, const ComponentPlan* asked, std::string path) {
  Probes probes;
  if (asked)
    probes.push_back(make_build_info_probe(component_plan(stack, component, *asked, "_build_info"), std::move(path)));
  return probes;
}

}  // namespace lgtmwatch
