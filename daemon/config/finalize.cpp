#include "daemon/config/finalize.hpp"

#include <algorithm>

#include "daemon/config/defaults.hpp"
#include "daemon/model/api_prefix.hpp"

namespace lgtmwatch {
namespace {

constexpr const char* tenant_header = "X-Scope-OrgID";

template <class Component>
Component make_component(const Settings& settings, const ComponentSettings& given,
                         const Setting<std::string>& stack_tenant) {
  Component plan(make_endpoint(given.url->value, given.client, stack_tenant));
  plan.interval = interval_of(settings);
  plan.timeout = timeout_of(settings, given.client);
  return plan;
}

TempoPlan make_tempo(const Settings& settings, const TempoSettings& given, const Setting<std::string>& stack_tenant) {
  auto plan = make_component<TempoPlan>(settings, given, stack_tenant);
  if (given.otlp_grpc) plan.otlp_grpc = make_endpoint(given.otlp_grpc->value, given.client, stack_tenant);
  if (given.otlp_http) plan.otlp_http = make_endpoint(given.otlp_http->value, given.client, stack_tenant);
  return plan;
}

MimirPlan make_mimir(const Settings& settings, const MimirSettings& given, const Setting<std::string>& stack_tenant) {
  auto plan = make_component<MimirPlan>(settings, given, stack_tenant);
  plan.kind = value_or(given.kind, MimirKind::mimir);
  plan.api_prefix = api_prefix_of(plan.kind);
  plan.ready_path = plan.kind == MimirKind::prometheus ? "/-/ready" : "/ready";
  return plan;
}

// The stack's tenant is one of its backends; Grafana sends them its own.
GrafanaPlan make_grafana(const Settings& settings, const GrafanaSettings& given) {
  auto plan = make_component<GrafanaPlan>(settings, given, std::nullopt);
  plan.datasources = given.datasources;
  for (const auto& dashboard : given.dashboards) plan.dashboards.push_back(dashboard.value);
  if (given.dashboard_interval) plan.asks_dashboards_every = given.dashboard_interval->value;
  return plan;
}

AlertingPlan make_alerting(const Settings& settings, const StackSettings& given) {
  AlertingPlan plan;
  plan.asks_ruler = given.mimir.has_value();
  for (const auto& group : given.alerting->rule_groups) plan.rule_groups.push_back(group.value);
  if (given.alerting->alertmanager)
    plan.alertmanager = make_component<ComponentPlan>(settings, *given.alerting->alertmanager, given.tenant);
  plan.watchdog = value_or(given.alerting->watchdog, std::string());
  return plan;
}

ReceiverPlan make_receiver(const Settings& settings, const ReceiverSettings& given) {
  ReceiverPlan plan;
  plan.name = given.name->value;
  plan.kind = *given.kind;
  if (given.address) plan.endpoint = make_endpoint(given.address->value, given.client, std::nullopt);
  plan.component = value_or(given.component, std::string());
  plan.file = value_or(given.file, std::string());
  plan.signals = signals_of(given);
  plan.names_signals = !given.signals.empty();
  plan.interval = interval_of(settings);
  plan.timeout = timeout_of(settings, given.client);
  return plan;
}

AlloyPlan make_alloy(const Settings& settings, const AlloySettings& given) {
  auto plan = make_component<AlloyPlan>(settings, given, std::nullopt);
  plan.name = given.name->value;
  for (const auto& receiver : given.receivers) plan.receivers.push_back(make_receiver(settings, receiver));
  return plan;
}

bool concerns(const MaintenanceSettings& window, const std::string& stack) {
  return window.stacks.empty() || std::any_of(window.stacks.begin(), window.stacks.end(),
                                              [&](const Given<std::string>& each) { return each.value == stack; });
}

// In the order of all_signals, so that windows that are the same compare as such.
std::vector<Signal> signals_of(const MaintenanceSettings& window) {
  std::vector<Signal> signals;
  for (const auto signal : all_signals) {
    const auto is_it = [&](const Given<Signal>& each) { return each.value == signal; };
    if (window.signals.empty() || std::any_of(window.signals.begin(), window.signals.end(), is_it))
      signals.push_back(signal);
  }
  return signals;
}

Maintenance make_maintenance(const Settings& settings, const std::string& stack) {
  Maintenance windows;
  for (const auto& given : settings.maintenance)
    if (concerns(given, stack))
      windows.push_back(
          {signals_of(given), given.start->value, given.end->value, value_or(given.pauses_canaries, false)});
  return windows;
}

StackPlan make_stack(const Settings& settings, const StackSettings& given) {
  StackPlan plan;
  plan.name = given.name->value;
  if (given.loki) plan.loki = make_component<ComponentPlan>(settings, *given.loki, given.tenant);
  if (given.tempo) plan.tempo = make_tempo(settings, *given.tempo, given.tenant);
  if (given.mimir) plan.mimir = make_mimir(settings, *given.mimir, given.tenant);
  if (given.grafana) plan.grafana = make_grafana(settings, *given.grafana);
  if (given.docker) plan.docker = make_component<ComponentPlan>(settings, *given.docker, std::nullopt);
  if (given.alerting) plan.alerting = make_alerting(settings, given);
  for (const auto& alloy : given.alloys) plan.alloys.push_back(make_alloy(settings, alloy));
  plan.expectations = finalize_expectations(given);
  if (given.canaries && value_or(given.canaries->enabled, true))
    plan.canaries = finalize_canaries(*given.canaries, plan);
  plan.stack_jobs = stack_jobs_of(given);
  plan.require.application_jobs = value_or(given.application_jobs, true);
  plan.require.loki_labels = value_or(given.loki_labels, true);
  plan.require.tempo_services = value_or(given.tempo_services, true);
  plan.maintenance = make_maintenance(settings, plan.name);
  return plan;
}

}  // namespace

Endpoint make_endpoint(const Url& url, const ClientSettings& client, const Setting<std::string>& stack_tenant) {
  Endpoint endpoint(url);
  endpoint.headers = client.headers;
  endpoint.tls = value_or(client.tls, TlsSettings());
  if (client.proxy) endpoint.proxy = client.proxy->value;
  endpoint.proxy_authorization = client.proxy_authorization;
  const auto tenant = value_or(client.tenant ? client.tenant : stack_tenant, std::string());
  if (!tenant.empty()) endpoint.headers.push_back({tenant_header, Secret(tenant)});
  return endpoint;
}

Plan finalize(const Settings& settings) {
  Plan plan;
  for (const auto& stack : settings.stacks) plan.stacks.push_back(make_stack(settings, stack));
  return plan;
}

}  // namespace lgtmwatch
