#include "probes/tempo/tempo_otlp.hpp"

#include "probes/otlp/otlp_grpc_receiver.hpp"
#include "probes/otlp/otlp_http_receiver.hpp"

namespace lgtmwatch {
namespace {

ProbePlan plan_of(const StackPlan& stack, std::string probe, const Endpoint& endpoint) {
  ProbePlan plan(stack.name, std::move(probe), endpoint.url.address(), Component::tempo, endpoint);
  plan.interval = stack.tempo->interval;
  plan.timeout = stack.tempo->timeout;
  return plan;
}

}  // namespace

Probes make_tempo_otlp(const StackPlan& stack) {
  Probes probes;
  if (!stack.tempo) return probes;
  if (const auto& grpc = stack.tempo->otlp_grpc)
    probes.push_back(make_otlp_grpc_probe(plan_of(stack, "tempo_otlp_grpc", *grpc), {Signal::traces}));
  if (const auto& http = stack.tempo->otlp_http)
    probes.push_back(make_otlp_http_probe(plan_of(stack, "tempo_otlp_http", *http), {Signal::traces}));
  return probes;
}

}  // namespace lgtmwatch
