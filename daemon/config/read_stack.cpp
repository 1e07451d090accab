#include <fmt/format.h>

#include "daemon/config/read_client.hpp"
#include "daemon/config/read_settings.hpp"

namespace lgtmwatch {
namespace {

constexpr std::string_view folder_mark = "folder:";
constexpr std::array backends{Component::loki, Component::tempo, Component::mimir};
constexpr std::array mimir_kinds{Choice<MimirKind>{"mimir", MimirKind::mimir},
                                 Choice<MimirKind>{"prometheus", MimirKind::prometheus},
                                 Choice<MimirKind>{"cortex", MimirKind::cortex}};

// The client settings of Tempo hold for its receivers too.
void read_direct_otlp(const YamlValue& value, bool with_tls, TempoSettings& tempo) {
  MapReader map(value);
  tempo.otlp_grpc = map.grpc_endpoint("grpc", with_tls);
  tempo.otlp_http = map.url("http");
  map.finish();
  if (value.is_map() && value.node().pairs.empty())
    value.error("must not be empty", "give 'grpc: HOST:PORT', 'http: URL', or both, or leave it out");
}

TempoSettings read_tempo(const YamlValue& value, ComponentPart part) {
  TempoSettings tempo;
  MapReader map(value);
  read_component(map, tempo, part);
  const bool has_addresses = part == ComponentPart::whole;
  if (const auto otlp = has_addresses ? map.get("otlp") : std::nullopt) read_direct_otlp(*otlp, map.has("tls"), tempo);
  map.finish();
  return tempo;
}

MimirSettings read_mimir(const YamlValue& value, ComponentPart part) {
  MimirSettings mimir;
  MapReader map(value);
  read_component(map, mimir, part);
  if (const auto kind = map.get("kind")) mimir.kind = kind->choice(mimir_kinds);
  map.finish();
  return mimir;
}

void read_datasources(const YamlValue& value, GrafanaSettings& grafana) {
  MapReader map(value);
  for (const auto backend : backends) {
    if (auto uid = map.name(to_string(backend))) grafana.datasources.emplace(backend, std::move(uid->value));
  }
  map.finish();
}

void check_dashboard(const YamlValue& value, const Given<std::string>& dashboard, const GrafanaSettings& grafana) {
  if (dashboard.value == folder_mark)
    value.error("the name of the folder is missing", "write folder:NAME, or the uid of a dashboard");
  for (const auto& each : grafana.dashboards) {
    if (each.value == dashboard.value)
      value.error(fmt::format("'{}' stands twice; first in line {}", dashboard.value, each.place.line),
                  "remove one of the two");
  }
}

GrafanaSettings read_grafana(const YamlValue& value, ComponentPart part) {
  GrafanaSettings grafana;
  MapReader map(value);
  read_component(map, grafana, part);
  if (const auto datasources = map.get("datasources")) read_datasources(*datasources, grafana);
  if (const auto dashboards = map.get("dashboards")) {
    for (const auto& item : dashboards->items()) {
      auto dashboard = item.name();
      if (!dashboard) continue;
      check_dashboard(item, *dashboard, grafana);
      grafana.dashboards.push_back(std::move(*dashboard));
    }
  }
  grafana.dashboard_interval = map.duration("dashboard_interval");
  map.finish();
  return grafana;
}

ComponentSettings read_docker(const YamlValue& value) {
  MapReader map(value);
  ComponentSettings docker;
  docker.place = value.place();
  map.require("socket", "give the address, such as unix:///var/run/docker.sock");
  docker.url = map.docker_socket("socket", map.has("tls"));
  docker.client = read_client(map);
  map.finish();
  return docker;
}

void read_require(const YamlValue& value, StackSettings& stack) {
  MapReader map(value);
  stack.application_jobs = map.boolean("application_jobs");
  stack.loki_labels = map.boolean("loki_labels");
  stack.tempo_services = map.boolean("tempo_services");
  map.finish();
}

void read_components(MapReader& map, StackSettings& stack, ComponentPart part) {
  if (const auto loki = map.get("loki")) stack.loki = read_plain_component(*loki, part);
  if (const auto tempo = map.get("tempo")) stack.tempo = read_tempo(*tempo, part);
  if (const auto mimir = map.get("mimir")) stack.mimir = read_mimir(*mimir, part);
  if (const auto grafana = map.get("grafana")) stack.grafana = read_grafana(*grafana, part);
}

}  // namespace

StackSettings read_stack(const YamlValue& value) {
  StackSettings stack;
  stack.place = value.place();
  MapReader map(value);
  map.require("name", "every stack has a name of its own");
  stack.name = map.name("name");
  read_shared_parts(map, stack, ComponentPart::whole);
  if (const auto alloys = map.get("alloy"))
    for (const auto& alloy : alloys->maps()) stack.alloys.push_back(read_alloy(alloy));
  map.finish();
  return stack;
}

void read_shared_parts(MapReader& map, StackSettings& stack, ComponentPart part) {
  stack.tenant = read_tenant(map);
  read_components(map, stack, part);
  if (const auto sources = map.get("sources"))
    for (const auto& source : sources->maps()) stack.sources.push_back(read_source(source));
  if (const auto jobs = map.get("stack_jobs")) {
    stack.stack_jobs.emplace();
    for (auto& job : jobs->names()) stack.stack_jobs->insert(std::move(job.value));
  }
  if (const auto require = map.get("require")) read_require(*require, stack);
  if (const auto docker = map.get("docker")) stack.docker = read_docker(*docker);
  if (const auto canaries = map.get("canaries")) stack.canaries = read_canaries(*canaries);
  if (const auto alerting = map.get("alerting")) stack.alerting = read_alerting(*alerting);
}

void read_component(MapReader& map, ComponentSettings& component, ComponentPart part) {
  component.place = map.value().place();
  if (part == ComponentPart::whole) {
    map.require("url", "give the address, such as http://HOST:PORT");
    component.url = map.url("url");
  }
  component.client = read_client(map);
}

ComponentSettings read_plain_component(const YamlValue& value, ComponentPart part) {
  ComponentSettings component;
  MapReader map(value);
  read_component(map, component, part);
  map.finish();
  return component;
}

}  // namespace lgtmwatch
