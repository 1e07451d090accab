#include "daemon/serve/metrics.hpp"

#include <algorithm>
#include <set>

#include "daemon/serve/canary_metrics.hpp"
#include "daemon/serve/families.hpp"
#include "daemon/serve/pipeline_metrics.hpp"

namespace lgtmwatch {
namespace {

double number(State state) { return static_cast<double>(state); }
double number(bool holds) { return holds ? 1 : 0; }
std::string text(std::string_view word) { return std::string(word); }

void add_verdict(Families& out, const StackVerdict& verdict) {
  const auto& stack = verdict.name;
  out.gauge("stack_state", "Worst state of the stack: 0 healthy, 1 unknown, 2 degraded, 3 broken.", {{"stack", stack}},
            number(verdict.state));
  for (const auto& [signal, state] : verdict.signals)
    out.gauge("signal_state", "State of a signal: 0 healthy, 1 unknown, 2 degraded, 3 broken.",
              {{"stack", stack}, {"signal", text(to_string(signal))}}, number(state));
  for (const auto& path : verdict.paths)
    for (const auto& stage : path.stages)
      out.gauge("stage_state", "State of a stage of a path: 0 healthy, 1 unknown, 2 degraded, 3 broken.",
                {{"stack", stack},
                 {"signal", text(to_string(path.signal))},
                 {"path", path.path},
                 {"stage", text(to_string(stage.stage))}},
                number(stage.state));
  out.gauge("criteria", "Number of things that must hold.", {{"stack", stack}},
            static_cast<double>(verdict.criteria.size()));
  out.gauge("criteria_met", "Number of things that hold.", {{"stack", stack}},
            static_cast<double>(criteria_met(verdict)));
}

void add_maintenance(Families& out, const StackSnapshot& stack, WallTime now) {
  std::set<Signal> in_maintenance;
  for (const auto& window : active_at(stack.facts.plan->maintenance, now))
    in_maintenance.insert(window.signals.begin(), window.signals.end());
  for (const auto& [signal, state] : stack.verdict.signals)
    out.gauge("maintenance_active", "A window of maintenance holds for the signal in the stack.",
              {{"stack", stack.verdict.name}, {"signal", text(to_string(signal))}},
              number(in_maintenance.contains(signal)));
}

void add_findings(Families& out, const StackVerdict& verdict) {
  for (const auto severity : {Severity::critical, Severity::warning, Severity::info}) {
    const auto count = std::count_if(verdict.findings.begin(), verdict.findings.end(),
                                     [&](const Finding& finding) { return finding.severity == severity; });
    out.gauge("findings", "Number of findings.", {{"stack", verdict.name}, {"severity", text(to_string(severity))}},
              static_cast<double>(count));
  }
  for (const auto& finding : verdict.findings) {
    const auto signal = finding.signal();
    out.gauge("finding", "A root cause, 1 while it lasts.",
              {{"stack", verdict.name},
               {"subject", finding.subject},
               {"signal", signal ? text(to_string(*signal)) : ""},
               {"path", finding.path},
               {"stage", text(to_string(finding.stage))},
               {"cause", finding.cause},
               {"severity", text(to_string(finding.severity))}},
              1);
  }
}

void add_phases(Families& out, const Labels& labels, const PhaseDurations& phases) {
  for (const auto phase : {Phase::resolve, Phase::connect, Phase::tls, Phase::first_byte, Phase::read}) {
    const auto taken = phases[static_cast<std::size_t>(phase)];
    if (!taken) continue;
    auto with_phase = labels;
    with_phase.emplace_back("phase", text(to_string(phase)));
    out.gauge("endpoint_phase_seconds", "Time taken by each phase of the last probe on a fresh connection.",
              std::move(with_phase), to_seconds(*taken));
  }
}

void add_components(Families& out, const StackVerdict& verdict) {
  for (const auto& component : verdict.components) {
    const Labels labels{
        {"stack", verdict.name}, {"component", text(to_string(component.component))}, {"address", component.address}};
    if (component.up) out.gauge("component_up", "The component answered.", labels, number(*component.up));
    if (component.ready || component.up == false)
      out.gauge("component_ready", "Its own readiness endpoint says ready.", labels,
                number(component.ready.value_or(false)));
    if (!component.version.empty()) {
      auto with_version = labels;
      with_version.emplace_back("version", component.version);
      out.gauge("component_info", "Version of the component.", std::move(with_version), 1);
    }
    add_phases(out, labels, component.phases);
  }
}

// Receivers have addresses of their own; one that two probes ask, or that is a component's own, is told once.
void add_receiver_phases(Families& out, const StackVerdict& verdict, const StackFacts& facts) {
  std::set<std::pair<Component, std::string>> told;
  for (const auto& component : verdict.components) told.emplace(component.component, component.address);
  for (const auto& probe : facts.probes) {
    const auto* answers = probe.last && probe.last->found ? std::get_if<ReceiverAnswers>(&*probe.last->found) : nullptr;
    if (!answers || probe.last->exchanges.empty() || !told.emplace(probe.component, probe.address).second) continue;
    add_phases(out,
               {{"stack", verdict.name}, {"component", text(to_string(probe.component))}, {"address", probe.address}},
               probe.last->exchanges.back().phases);
  }
}

void add_sources(Families& out, const StackVerdict& verdict) {
  for (const auto& source : verdict.sources) {
    const Labels labels{{"stack", verdict.name},
                        {"source", source.source},
                        {"signal", text(to_string(source.signal))},
                        {"receiver", source.receiver}};
    if (source.last_seen)
      out.gauge("source_last_seen_timestamp_seconds", "Time of the newest record of the source.", labels,
                unix_seconds(*source.last_seen));
    out.gauge("source_fresh", "The newest record is younger than max_age.", labels,
              number(source.state == State::healthy));
    out.gauge("source_max_age_seconds", "The age at which the source counts as stale.", labels,
              to_seconds(source.max_age));
  }
  for (const auto& receiver : verdict.receivers) {
    if (receiver.state == State::unknown) continue;
    out.gauge("receiver_up", "The receiver accepted an empty export.",
              {{"stack", verdict.name}, {"receiver", receiver.receiver}, {"signal", text(to_string(receiver.signal))}},
              number(receiver.state == State::healthy));
  }
}

void add_datasources(Families& out, const StackVerdict& verdict) {
  for (const auto& datasource : verdict.datasources) {
    if (datasource.state == State::unknown) continue;
    out.gauge("datasource_healthy", "A real query through this datasource of Grafana came back.",
              {{"stack", verdict.name}, {"datasource", datasource.datasource}},
              number(datasource.state == State::healthy));
  }
}

// The measurements of one probe's last run, where it brought any.
struct Measurements {
  void operator()(const LokiLabels& found) const {
    out.gauge("loki_labels", "Label names in Loki, without lgtmwatch's own.", {{"stack", stack}},
              static_cast<double>(found.labels));
  }
  void operator()(const TempoServices& found) const {
    out.gauge("tempo_services", "Services with traces in Tempo, without lgtmwatch's own.", {{"stack", stack}},
              static_cast<double>(found.services));
  }
  void operator()(const MimirTenant& found) const {
    if (found.series)
      out.gauge("mimir_series", "Series in memory, without lgtmwatch's own.", {{"stack", stack}}, *found.series);
    out.gauge("mimir_jobs", "Jobs, without lgtmwatch's own.", {{"stack", stack}}, static_cast<double>(found.jobs));
    out.gauge("mimir_application_jobs", "Jobs that are neither the stack's nor lgtmwatch's own.", {{"stack", stack}},
              static_cast<double>(found.application_jobs));
  }
  void operator()(const AlloyController& found) const {
    for (const auto& [health, count] : found.components)
      out.gauge("alloy_components", "Components of an Alloy by what they say of their health.",
                {{"stack", stack}, {"alloy", target}, {"health", health}}, count);
  }
  void operator()(const DashboardPanels& found) const {
    if (found.missing) return;
    for (const auto state : {PanelState::data, PanelState::empty, PanelState::error}) {
      const auto count = std::count_if(found.panels.begin(), found.panels.end(),
                                       [&](const PanelAnswer& panel) { return panel.state == state; });
      out.gauge("dashboard_panels", "Panels of a dashboard by what their queries through Grafana bring.",
                {{"stack", stack}, {"dashboard", target}, {"state", text(to_string(state))}},
                static_cast<double>(count));
    }
  }
  template <class Other>
  void operator()(const Other&) const {}

  Families& out;
  const std::string& stack;
  const std::string& target;
};

void add_probes(Families& out, const StackFacts& facts) {
  const auto& stack = facts.plan->name;
  std::map<std::pair<Component, Reason>, double> failures;
  for (const auto& probe : facts.probes) {
    for (const auto reason : all_reasons) failures[{probe.component, reason}];
    for (const auto& [reason, count] : probe.failures)
      failures[{probe.component, reason}] += static_cast<double>(count);
    const Labels labels{{"stack", stack}, {"probe", probe.probe}, {"target", probe.target}};
    out.gauge("probe_success", "The last run of the probe brought good news.", labels,
              number(probe.last && probe.last->good()));
    if (!probe.last) continue;
    out.gauge("probe_duration_seconds", "How long the last run of the probe took.", labels,
              to_seconds(probe.last->took));
    if (probe.last->found) std::visit(Measurements{out, stack, probe.target}, *probe.last->found);
  }
  for (const auto& [key, count] : failures)
    out.counter("probe_failures_total", "Questions that failed, by reason.",
                {{"stack", stack}, {"component", text(to_string(key.first))}, {"reason", text(to_string(key.second))}},
                count);
}

void add_self(Families& out, const SelfMetrics& self) {
  out.counter("scrapes_total", "How often /metrics was scraped.", {}, static_cast<double>(self.scrapes));
  out.counter("probe_runs_skipped_total", "Slots that found the last run of their probe still going.", {},
              static_cast<double>(self.skipped_runs));
  out.counter("storage_errors_total", "Writes to --storage.path that failed.", {},
              static_cast<double>(self.storage_errors));
  out.gauge("config_last_reload_successful", "The last load of the configuration succeeded.", {},
            number(self.config_last_reload_successful));
  out.gauge("config_last_reload_success_timestamp_seconds", "Time of the last successful load.", {},
            unix_seconds(self.config_last_reload_success));
  for (const auto& [destination, counts] : self.notify.destinations) {
    out.counter("notifications_total", "Requests that told a destination of findings, or the heartbeat.",
                {{"destination", destination}}, static_cast<double>(counts.sent));
    out.counter("notifications_failed_total", "Those of them that were not answered with 2xx.",
                {{"destination", destination}}, static_cast<double>(counts.failed));
  }
  if (self.notify.heartbeat_success)
    out.gauge("heartbeat_last_success_timestamp_seconds", "When the last heartbeat was taken.", {},
              unix_seconds(*self.notify.heartbeat_success));
  out.histogram("schedule_lag_seconds", "How late after their slots probes were started.", {}, self.schedule_lag);
  out.gauge("clock_seconds", "Time by the clock of lgtmwatch.", {}, unix_seconds(self.clock));
  for (const auto& [source, succeeded] : self.discovery)
    out.gauge("discovery_successful", "The last look at the source of stacks_from succeeded.", {{"source", source}},
              number(succeeded));
  out.gauge("discovered_stacks", "Stacks that come from stacks_from, of all shards.", {},
            static_cast<double>(self.discovered_stacks));
  out.gauge("shard_ordinal", "Which of the shards this is, from 0 on.",
            {{"shard_ordinal", std::to_string(self.shard_ordinal)}}, static_cast<double>(self.shard_ordinal));
  out.gauge("total_shards", "Number of shards that the stacks are spread over.", {},
            static_cast<double>(self.total_shards));
  out.gauge("build_info", "Version of lgtmwatch.", {{"version", LGTMWATCH_VERSION}}, 1);
}

void add_process(Families& out, const ProcessMetrics& process) {
  out.counter("process_cpu_seconds_total", "User and system CPU time.", {}, process.cpu_seconds);
  out.gauge("process_resident_memory_bytes", "Resident memory.", {}, process.resident_bytes);
  out.gauge("process_virtual_memory_bytes", "Virtual memory.", {}, process.virtual_bytes);
  out.gauge("process_open_fds", "Open file descriptors.", {}, process.open_fds);
  out.gauge("process_max_fds", "Limit of open file descriptors.", {}, process.max_fds);
  out.gauge("process_start_time_seconds", "Start of the process.", {}, process.start_time_seconds);
}

}  // namespace

std::string metrics_text(const Snapshot& snapshot, const SelfMetrics& self,
                         const std::optional<ProcessMetrics>& process) {
  Families out;
  for (const auto& stack : snapshot.stacks) {
    add_verdict(out, stack->verdict);
    add_maintenance(out, *stack, snapshot.at);
    add_findings(out, stack->verdict);
    add_components(out, stack->verdict);
    add_receiver_phases(out, stack->verdict, stack->facts);
    add_sources(out, stack->verdict);
    add_datasources(out, stack->verdict);
    add_probes(out, stack->facts);
    add_pipelines(out, *stack, snapshot.at);
    add_canaries(out, stack->facts, snapshot.at);
  }
  add_self(out, self);
  if (process) add_process(out, *process);
  return out.text();
}

}  // namespace lgtmwatch
