#include "daemon/config/effective.hpp"

#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

#include "daemon/base/secret.hpp"
#include "daemon/config/emit.hpp"

namespace lgtmwatch {
namespace {

void put_component(YAML::Emitter& out, const ComponentPlan& component) {
  put(out, "url", component.endpoint.url.text());
  put_client(out, component.endpoint, component.timeout);
}

void put_receiver(YAML::Emitter& out, const ReceiverPlan& receiver) {
  out << YAML::BeginMap;
  put(out, "name", receiver.name);
  switch (receiver.kind) {
    case ReceiverKind::otlp_http:
      put(out, "otlp", "http");
      put(out, "url", receiver.endpoint->url.text());
      break;
    case ReceiverKind::otlp_grpc:
      put(out, "otlp", "grpc");
      put(out, "endpoint", receiver.endpoint->url.text());
      break;
    case ReceiverKind::component: put(out, "component", receiver.component); break;
    case ReceiverKind::loki_push: put(out, "loki_push", receiver.endpoint->url.text()); break;
    case ReceiverKind::remote_write: put(out, "remote_write", receiver.endpoint->url.text()); break;
    case ReceiverKind::file: put(out, "file", receiver.file); break;
  }
  put_signals(out, receiver.signals);
  if (receiver.endpoint) put_client(out, *receiver.endpoint, receiver.timeout);
  out << YAML::EndMap;
}

void put_alloy(YAML::Emitter& out, const AlloyPlan& alloy) {
  out << YAML::BeginMap;
  put(out, "name", alloy.name);
  put_component(out, alloy);
  if (!alloy.receivers.empty()) {
    out << YAML::Key << "receivers" << YAML::Value << YAML::BeginSeq;
    for (const auto& receiver : alloy.receivers) put_receiver(out, receiver);
    out << YAML::EndSeq;
  }
  out << YAML::EndMap;
}

void put_way(YAML::Emitter& out, const Expectation& way) {
  out << YAML::BeginMap;
  put_unless_empty(out, "receiver", way.receiver);
  put(out, "max_age", format_duration(way.max_age));
  put(out, "expect", way.expect == Expect::always ? "always" : "when_active");
  put(out, "selector", way.selector);
  out << YAML::EndMap;
}

// The expectations of one source follow each other, ordered by signal.
void put_source(YAML::Emitter& out, const std::vector<Expectation>& all, const std::string& source) {
  out << YAML::BeginMap;
  put(out, "name", source);
  const auto first = std::find_if(all.begin(), all.end(), [&](const Expectation& way) { return way.source == source; });
  put_unless_empty(out, "container", first->container);
  for (const auto signal : all_signals) {
    std::vector<const Expectation*> ways;
    for (const auto& way : all) {
      if (way.source == source && way.signal == signal) ways.push_back(&way);
    }
    if (ways.empty()) continue;
    out << YAML::Key << std::string(to_string(signal)) << YAML::Value;
    if (ways.size() > 1) out << YAML::BeginSeq;
    for (const auto* way : ways) put_way(out, *way);
    if (ways.size() > 1) out << YAML::EndSeq;
  }
  out << YAML::EndMap;
}

void put_sources(YAML::Emitter& out, const std::vector<Expectation>& all) {
  if (all.empty()) return;
  out << YAML::Key << "sources" << YAML::Value << YAML::BeginSeq;
  const std::string* previous = nullptr;
  for (const auto& way : all) {
    if (!previous || *previous != way.source) put_source(out, all, way.source);
    previous = &way.source;
  }
  out << YAML::EndSeq;
}

void put_requirements(YAML::Emitter& out, const StackPlan& stack) {
  out << YAML::Key << "stack_jobs" << YAML::Value << YAML::Flow << YAML::BeginSeq;
  for (const auto& job : stack.stack_jobs) out << doubled_dollars(job);
  out << YAML::EndSeq << YAML::Key << "require" << YAML::Value << YAML::BeginMap;
  put_flag(out, "application_jobs", stack.require.application_jobs);
  put_flag(out, "loki_labels", stack.require.loki_labels);
  put_flag(out, "tempo_services", stack.require.tempo_services);
  out << YAML::EndMap;
}

void put_kind(YAML::Emitter&, const ComponentPlan&) {}

void put_kind(YAML::Emitter& out, const TempoPlan& tempo) {
  if (!tempo.otlp_grpc && !tempo.otlp_http) return;
  out << YAML::Key << "otlp" << YAML::Value << YAML::BeginMap;
  if (tempo.otlp_grpc) put(out, "grpc", tempo.otlp_grpc->url.text());
  if (tempo.otlp_http) put(out, "http", tempo.otlp_http->url.text());
  out << YAML::EndMap;
}

void put_kind(YAML::Emitter& out, const MimirPlan& mimir) { put(out, "kind", to_string(mimir.kind)); }

void put_kind(YAML::Emitter& out, const GrafanaPlan& grafana) {
  if (!grafana.datasources.empty()) {
    out << YAML::Key << "datasources" << YAML::Value << YAML::BeginMap;
    for (const auto& [backend, uid] : grafana.datasources) put(out, std::string(to_string(backend)).c_str(), uid);
    out << YAML::EndMap;
  }
  if (grafana.dashboards.empty()) return;
  out << YAML::Key << "dashboards" << YAML::Value << YAML::BeginSeq;
  for (const auto& dashboard : grafana.dashboards) out << doubled_dollars(dashboard);
  out << YAML::EndSeq;
  put(out, "dashboard_interval", format_duration(grafana.dashboard_interval()));
}

template <class Component>
void put_named(YAML::Emitter& out, const char* key, const std::optional<Component>& component) {
  if (!component) return;
  out << YAML::Key << key << YAML::Value << YAML::BeginMap;
  put_component(out, *component);
  put_kind(out, *component);
  out << YAML::EndMap;
}

void put_docker(YAML::Emitter& out, const std::optional<ComponentPlan>& docker) {
  if (!docker) return;
  out << YAML::Key << "docker" << YAML::Value << YAML::BeginMap;
  put(out, "socket", docker->endpoint.url.text());
  put_client(out, docker->endpoint, docker->timeout);
  out << YAML::EndMap;
}

void put_alerting(YAML::Emitter& out, const std::optional<AlertingPlan>& alerting) {
  if (!alerting) return;
  out << YAML::Key << "alerting" << YAML::Value << YAML::BeginMap;
  if (alerting->asks_ruler) put(out, "ruler", "mimir");
  if (!alerting->rule_groups.empty()) {
    out << YAML::Key << "rule_groups" << YAML::Value << YAML::Flow << YAML::BeginSeq;
    for (const auto& group : alerting->rule_groups) out << doubled_dollars(group);
    out << YAML::EndSeq;
  }
  if (alerting->alertmanager) {
    out << YAML::Key << "alertmanager" << YAML::Value << YAML::BeginMap;
    put_component(out, *alerting->alertmanager);
    out << YAML::EndMap;
  }
  put_unless_empty(out, "watchdog", alerting->watchdog);
  out << YAML::EndMap;
}

void put_stack(YAML::Emitter& out, const StackPlan& stack) {
  out << YAML::BeginMap;
  put(out, "name", stack.name);
  put_named(out, "loki", stack.loki);
  put_named(out, "tempo", stack.tempo);
  put_named(out, "mimir", stack.mimir);
  put_named(out, "grafana", stack.grafana);
  if (!stack.alloys.empty()) {
    out << YAML::Key << "alloy" << YAML::Value << YAML::BeginSeq;
    for (const auto& alloy : stack.alloys) put_alloy(out, alloy);
    out << YAML::EndSeq;
  }
  put_sources(out, stack.expectations);
  put_requirements(out, stack);
  put_docker(out, stack.docker);
  put_alerting(out, stack.alerting);
  put_canaries(out, stack);
  out << YAML::EndMap;
}

}  // namespace

std::string effective_yaml(const Plan& plan, std::size_t listed, const DiscoveryPlan& discovery,
                           const NotifyPlan& notify, Duration interval) {
  YAML::Emitter out;
  out << YAML::BeginMap << YAML::Key << "defaults" << YAML::Value << YAML::BeginMap;
  put(out, "interval", format_duration(interval));
  out << YAML::EndMap << YAML::Key << "stacks" << YAML::Value << YAML::BeginSeq;
  for (std::size_t i = 0; i < listed; ++i) put_stack(out, plan.stacks[i]);
  out << YAML::EndSeq;
  put_discovery(out, discovery);
  put_notify(out, notify);
  put_maintenance(out, plan);
  out << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

}  // namespace lgtmwatch
