#include "diagnosis/canary_ways.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "diagnosis/pipeline.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_exporters = 4;  // that are named

std::string dead_end_sentence(const ReceiverPlan& receiver, const std::string& component, Signal signal,
                              const std::vector<std::string>& ends) {
  if (ends.size() == 1 && ends.front() == component)
    return fmt::format("by Alloy's graph, receiver {} has no output for {}", receiver.name, to_string(signal));
  return fmt::format("by Alloy's graph, {} of receiver {} lead nowhere: {} has no output for them", to_string(signal),
                     receiver.name, fmt::join(ends, ", "));
}

std::string dead_end_of(const Pipeline& pipeline, const ReceiverPlan& receiver, Signal signal) {
  const auto component = pipeline.component_of(receiver);
  const auto ends = component.empty() ? std::vector<std::string>() : pipeline.dead_ends(component, signal);
  return ends.empty() ? std::string() : dead_end_sentence(receiver, component, signal, ends);
}

// Why the route is not checked; empty where it is.
std::string why_not_checked(const View& view, const CanaryRoutePlan& route) {
  const auto* receiver = view.receiver(route.route);
  if (route.is_named || !receiver) return {};
  const auto& alloy = *view.alloy_of(route.route);
  const auto* components = view.find("alloy_components", alloy.name);
  if (components && !components->last) return "the component graph of Alloy has not been asked for yet";
  return dead_end_of(Pipeline(view, alloy), *receiver, route.signal);
}

std::string host_in(const std::string& address) {
  const auto url = address.find("://") == std::string::npos ? Url::parse_endpoint(address) : Url::parse(address);
  return url ? url->host() : std::string();
}

// True where nothing is known to the contrary.
bool may_be_read_from(const View& view, Signal signal, const std::string& host) {
  if (host.empty()) return true;
  const auto& tempo = view.plan().tempo;
  const auto is_there = [&](const Endpoint& endpoint) { return endpoint.url.host() == host; };
  if (signal == Signal::traces && tempo)
    for (const auto* otlp : {&tempo->otlp_grpc, &tempo->otlp_http})
      if (*otlp && is_there(**otlp)) return true;
  const auto* backend = view.backend(backend_of(signal));
  return !backend || is_there(backend->endpoint);
}

std::string read_from(const View& view, Signal signal) {
  const auto backend = backend_of(signal);
  return fmt::format("{} at {}", display_name(backend), view.address(backend));
}

}  // namespace

std::optional<StackFacts> without_dead_ends(const StackFacts& facts, WallTime now) {
  const auto is_named = [](const CanaryRouteFacts& route) { return route.plan->is_named; };
  if (std::all_of(facts.canaries.begin(), facts.canaries.end(), is_named)) return std::nullopt;
  const View view(facts, now);
  std::optional<StackFacts> marked;
  for (std::size_t i = 0; i < facts.canaries.size(); ++i) {
    auto why = why_not_checked(view, *facts.canaries[i].plan);
    if (why.empty()) continue;
    if (!marked) marked = facts;
    marked->canaries[i].checked = false;
    marked->canaries[i].note = std::move(why);
  }
  return marked;
}

CanaryWayOut way_out(const View& view, const CanaryRouteFacts& route) {
  CanaryWayOut out;
  const auto signal = route.plan->signal;
  const auto* receiver = view.receiver(route.plan->route);
  if (!receiver) return out;
  const Pipeline pipeline(view, *view.alloy_of(receiver->name));
  const auto component = pipeline.component_of(*receiver);
  if (component.empty() || !pipeline.knows_graph()) return out;
  if (auto sentence = dead_end_of(pipeline, *receiver, signal); !sentence.empty()) {
    out.evidence = {std::move(sentence)};
    return out;
  }
  bool may_arrive = false;
  for (const auto& exporter : pipeline.exporters_behind(component, signal)) {
    if (out.exporters.size() >= most_exporters) break;
    const auto* arguments = pipeline.arguments_of(exporter);
    const auto address = arguments ? arguments->sends_to : std::string();
    const bool fits = may_be_read_from(view, signal, host_in(address));
    may_arrive = may_arrive || fits;
    out.exporters.push_back(exporter);
    out.evidence.push_back(fmt::format("by Alloy's graph it leaves through {}{}{}{}", exporter,
                                       address.empty() ? "" : " to ", address,
                                       fits ? "" : fmt::format("; it is read from {}", read_from(view, signal))));
  }
  if (!out.exporters.empty() && !may_arrive)
    out.remedy = fmt::format("look whether what {} sends to is the {} that lgtmwatch reads from",
                             fmt::join(out.exporters, ", "), read_from(view, signal));
  return out;
}

}  // namespace lgtmwatch
