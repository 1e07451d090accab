#include "diagnosis/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diagnosis/alerting.hpp"
#include "diagnosis/canaries.hpp"
#include "diagnosis/canary_ways.hpp"
#include "diagnosis/components.hpp"
#include "diagnosis/dashboards.hpp"
#include "diagnosis/findings.hpp"
#include "diagnosis/paths.hpp"
#include "diagnosis/pipeline.hpp"
#include "diagnosis/visualize.hpp"

namespace lgtmwatch {
namespace {

// Whether the backend holds telemetry of an application at all.
State held_state(const View& view, Signal signal) {
  const auto address = view.address(backend_of(signal));
  bool holds = view.holds_young_records(backend_of(signal));
  if (const auto* tenant = view.settled<MimirTenant>("mimir_tenant", address).value())
    holds |= signal == Signal::metrics && tenant->application_jobs > 0;
  if (const auto* labels = view.settled<LokiLabels>("loki_labels", address).value())
    holds |= signal == Signal::logs && labels->labels > 0;
  if (const auto* services = view.settled<TempoServices>("tempo_services", address).value())
    holds |= signal == Signal::traces && services->services > 0;
  return holds ? State::healthy : State::unknown;
}

State signal_state(const View& view, const StackVerdict& verdict, Signal signal) {
  bool expected = false;
  State state = State::healthy;
  for (const auto& path : verdict.paths) {
    if (path.signal != signal) continue;
    expected |= !path.path.starts_with("canary/");  // canaries prove a way, not that an application uses it
    state = worst(state, path_state(path));
  }
  if (!expected) state = worst(state, held_state(view, signal));
  for (const auto& finding : verdict.findings)
    if (concerns(finding, signal)) state = worst(state, weight_of(finding.stage, finding.state));
  return state;
}

State readiness_state(const Seen<Readiness>& ready, const Error* silence) {
  if (ready.value()) return ready.value()->ready ? State::healthy : State::degraded;
  return silence ? State::broken : State::unknown;
}

State readiness_state(const View& view, Component component) {
  if (view.is_starting(component)) return State::unknown;
  return readiness_state(view.readiness(component), view.silence(component));
}

State configuration_state(const View& view, const AlloyPlan& alloy) {
  const auto controller = view.settled<AlloyController>("alloy_controller", alloy.name);
  if (!controller.value() || !controller.value()->config_loaded) return State::unknown;
  return *controller.value()->config_loaded ? State::healthy : State::degraded;
}

bool has_finding(const StackVerdict& verdict, std::string_view cause, std::string_view subject) {
  return std::any_of(verdict.findings.begin(), verdict.findings.end(),
                     [&](const Finding& finding) { return finding.cause == cause && finding.subject == subject; });
}

void add_component_criteria(const View& view, StackVerdict& verdict) {
  auto& criteria = verdict.criteria;
  for (const auto backend : {Component::loki, Component::tempo, Component::mimir})
    if (view.backend(backend))
      criteria.push_back({fmt::format("{} answers and is ready", to_string(backend)), readiness_state(view, backend)});
  for (const auto& alloy : view.plan().alloys) {
    auto ready = readiness_state(view.alloy_readiness(alloy), view.silence(alloy));
    if (has_finding(verdict, "alloy-http-only-loopback", alloy.name)) ready = State::unknown;
    criteria.push_back({fmt::format("alloy {} answers and is ready", alloy.name), ready});
    criteria.push_back(
        {fmt::format("alloy {} runs its newest configuration", alloy.name), configuration_state(view, alloy)});
  }
}

void add_content_criteria(const View& view, StackVerdict& verdict) {
  const auto& require = view.plan().require;
  const auto add = [&](bool required, Component backend, const char* name, Signal signal) {
    if (!required || !view.backend(backend)) return;
    const auto empty = std::any_of(verdict.findings.begin(), verdict.findings.end(), [&](const Finding& finding) {
      return finding.cause == name && concerns(finding, signal);
    });
    verdict.criteria.push_back({fmt::format("{} holds telemetry of applications", to_string(backend)),
                                empty ? State::broken : held_state(view, signal)});
  };
  add(require.application_jobs, Component::mimir, "mimir-only-stack-jobs", Signal::metrics);
  add(require.loki_labels, Component::loki, "loki-without-labels", Signal::logs);
  add(require.tempo_services, Component::tempo, "tempo-without-services", Signal::traces);
}

void add_path_criteria(const View& view, StackVerdict& verdict) {
  for (const auto& receiver : verdict.receivers)
    verdict.criteria.push_back(
        {fmt::format("receiver {} takes {}", receiver.receiver, to_string(receiver.signal)), receiver.state});
  for (const auto& expectation : view.plan().expectations) {
    const auto freshness = view.source(expectation).state;
    const bool idle = freshness == State::broken && !silence_is_a_fault(view, expectation);
    verdict.criteria.push_back({target_of(expectation) + " is fresh", idle ? State::unknown : freshness});
  }
}

void add_canary_criteria(StackVerdict& verdict) {
  for (const auto& canary : verdict.canaries)
    if (canary.checked)
      verdict.criteria.push_back(
          {fmt::format("canary/{}/{} comes back", canary.route, to_string(canary.signal)), canary.state, canary.note});
}

void add_grafana_criteria(const View& view, StackVerdict& verdict) {
  if (!view.plan().grafana) return;
  verdict.criteria.push_back({"grafana answers and is ready",
                              readiness_state(view.readiness(Component::grafana), view.silence(Component::grafana))});
  for (const auto backend : {Component::loki, Component::tempo, Component::mimir})
    if (view.backend(backend))
      verdict.criteria.push_back(
          {fmt::format("grafana's datasource {} answers a query", datasource_name(view, backend)),
           visualize_state(view, backend)});
  for (const auto& dashboard : verdict.dashboards) verdict.criteria.push_back(dashboard_criterion(dashboard));
}

void doubt(State& state) {
  if (state >= State::degraded) state = State::unknown;
}

// lgtmwatch sees nothing of the stack, so nothing that it says of it is more than unknown.
void doubt_everything(StackVerdict& verdict) {
  for (auto& path : verdict.paths)
    for (auto& stage : path.stages) doubt(stage.state);
  for (auto& source : verdict.sources) doubt(source.state);
  for (auto& receiver : verdict.receivers) doubt(receiver.state);
  for (auto& criterion : verdict.criteria) doubt(criterion.state);
  for (auto& [signal, state] : verdict.signals) doubt(state);
}

void worsen(PathVerdict& path, const Finding& finding) {
  StageState* source = nullptr;
  for (auto& stage : path.stages) {
    if (stage.stage == Stage::source) source = &stage;
    if (stage.stage == finding.stage) stage.state = worst(stage.state, finding.state);
  }
  if (source && finding.stage != Stage::source && finding.state >= State::degraded) doubt(source->state);
}

// What a finding tells of a stage counts for every path that it breaks there, and explains the silence of its source.
void break_stages(const View& view, const Finding& finding, std::vector<PathVerdict>& paths) {
  const auto& expectations = view.plan().expectations;
  for (std::size_t i = 0; i < expectations.size(); ++i)
    if (finding.targets.contains(target_of(expectations[i]))) worsen(paths[i], finding);
}

StackVerdict judge(const StackFacts& facts, WallTime now) {
  const View view(facts, now);
  StackVerdict verdict;
  verdict.name = facts.plan->name;
  verdict.components = component_statuses(view);
  verdict.receivers = receiver_statuses(view);
  verdict.datasources = datasource_statuses(view);
  verdict.dashboards = dashboard_statuses(view);
  for (const auto& expectation : facts.plan->expectations) {
    auto source = view.source(expectation);
    if (source.state == State::broken && !silence_is_a_fault(view, expectation)) source.state = State::unknown;
    verdict.sources.push_back(std::move(source));
    verdict.paths.push_back(judge_path(view, expectation));
  }
  verdict.pipelines = pipeline_statuses(view);
  for (const auto& route : view.canaries()) {
    verdict.canaries.push_back(canary_status(view, route));
    if (route.checked) verdict.paths.push_back(judge_canary_path(view, route));
  }
  verdict.findings = find_causes(view);
  for (const auto& finding : verdict.findings) break_stages(view, finding, verdict.paths);
  for (const auto signal : all_signals) {
    if (!view.backend(backend_of(signal))) continue;
    verdict.signals[signal] = signal_state(view, verdict, signal);
  }
  add_component_criteria(view, verdict);
  add_content_criteria(view, verdict);
  add_path_criteria(view, verdict);
  add_grafana_criteria(view, verdict);
  for (auto& criterion : alerting_criteria(view, verdict.findings)) verdict.criteria.push_back(std::move(criterion));
  add_canary_criteria(verdict);

  if (has_finding(verdict, "watcher-not-on-network", "lgtmwatch")) doubt_everything(verdict);
  verdict.state = State::healthy;
  for (const auto& [signal, state] : verdict.signals) verdict.state = worst(verdict.state, state);
  for (const auto& finding : verdict.findings) verdict.state = worst(verdict.state, finding.state);
  if (verdict.state == State::healthy && criteria_met(verdict) < verdict.criteria.size())
    verdict.state = State::unknown;
  return verdict;
}

}  // namespace

StackVerdict judge_stack(const StackFacts& facts, WallTime now) {
  const auto marked = without_dead_ends(facts, now);
  return judge(marked ? *marked : facts, now);
}

}  // namespace lgtmwatch
