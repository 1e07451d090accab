#include "daemon/config/read_client.hpp"
#include "daemon/config/read_settings.hpp"
#include "daemon/config/unsupported.hpp"

namespace lgtmwatch {
namespace {

constexpr std::array mimir_kinds{Choice<MimirKind>{"mimir", MimirKind::mimir},
                                 Choice<MimirKind>{"prometheus", MimirKind::prometheus},
                                 Choice<MimirKind>{"cortex", MimirKind::cortex}};

ComponentSettings read_loki(const YamlValue& value) {
  ComponentSettings loki;
  MapReader map(value);
  read_component(map, loki);
  map.finish();
  return loki;
}

ComponentSettings read_tempo(const YamlValue& value) {
  ComponentSettings tempo;
  MapReader map(value);
  read_component(map, tempo);
  if (const auto otlp = map.get("otlp")) read_direct_otlp(*otlp);
  map.finish();
  return tempo;
}

MimirSettings read_mimir(const YamlValue& value) {
  MimirSettings mimir;
  MapReader map(value);
  read_component(map, mimir);
  if (const auto kind = map.get("kind")) mimir.kind = kind->choice(mimir_kinds);
  map.finish();
  return mimir;
}

void read_require(const YamlValue& value, StackSettings& stack) {
  MapReader map(value);
  stack.application_jobs = map.boolean("application_jobs");
  stack.loki_labels = map.boolean("loki_labels");
  stack.tempo_services = map.boolean("tempo_services");
  map.finish();
}

void read_components(MapReader& map, StackSettings& stack) {
  if (const auto loki = map.get("loki")) stack.loki = read_loki(*loki);
  if (const auto tempo = map.get("tempo")) stack.tempo = read_tempo(*tempo);
  if (const auto mimir = map.get("mimir")) stack.mimir = read_mimir(*mimir);
  if (const auto grafana = map.get("grafana")) stack.grafana = read_grafana(*grafana);
  if (const auto alloys = map.get("alloy")) {
    for (const auto& alloy : alloys->maps()) stack.alloys.push_back(read_alloy(alloy));
  }
}

}  // namespace

StackSettings read_stack(const YamlValue& value) {
  StackSettings stack;
  stack.place = value.place();
  MapReader map(value);
  map.require("name", "every stack has a name of its own");
  stack.name = map.name("name");
  stack.tenant = read_tenant(map);
  read_components(map, stack);
  if (const auto sources = map.get("sources")) {
    for (const auto& source : sources->maps()) stack.sources.push_back(read_source(source));
  }
  if (const auto jobs = map.get("stack_jobs")) {
    stack.stack_jobs.emplace();
    for (auto& job : jobs->names()) stack.stack_jobs->insert(std::move(job.value));
  }
  if (const auto require = map.get("require")) read_require(*require, stack);
  if (const auto docker = map.get("docker")) read_docker(*docker);
  if (const auto canaries = map.get("canaries")) read_canaries(*canaries);
  if (const auto alerting = map.get("alerting")) read_alerting(*alerting);
  map.finish();
  return stack;
}

void read_component(MapReader& map, ComponentSettings& component) {
  component.place = map.value().place();
  map.require("url", "give the address, such as http://HOST:PORT");
  component.url = map.url("url");
  component.client = read_client(map);
}

}  // namespace lgtmwatch
