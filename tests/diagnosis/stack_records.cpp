// What a test says of records, components and sources of the stack beside the ordinary.
#include <algorithm>

#include "tests/diagnosis/stack.hpp"

namespace lgtmwatch {
namespace {

using std::chrono::minutes;

constexpr WallTime now = moment_of_tests;

}  // namespace

void TestStack::newest_of_metric(const std::string& target, Duration age, Duration target_info_age) {
  NewestRecord record{now - age, minutes(10)};
  record.target_info = now - target_info_age;
  found("mimir_newest", target, record);
  facts_of("mimir_newest", target).last_seen = now - age;
}

void TestStack::older(const std::string& target, Duration age, bool advanced) {
  OlderRecord record;
  record.newest = now - age;
  record.from = std::chrono::hours(24);
  record.to = minutes(10);
  found("loki_older", target, record);
  auto& past = facts_of("loki_older", target).older;
  past.asked = now;
  past.newest = record.newest;
  past.asked_before = now - minutes(5);
  if (advanced) past.advanced = now;
}

void TestStack::graph(std::vector<GraphEdge> edges) {
  AlloyController controller;
  controller.config_loaded = true;
  controller.graph = std::move(edges);
  found("alloy_controller", "gateway", controller);
}

void TestStack::with_source(const std::string& target, const std::string& source) {
  auto& all = plan_.expectations;
  auto other = *std::find_if(all.begin(), all.end(), [&](const auto& each) { return target_of(each) == target; });
  other.source = other.path = source;
  all.push_back(other);
  newest(target_of(other), std::chrono::seconds(5));
}

void TestStack::through(const std::string& target, const std::string& receiver) {
  for (auto& each : plan_.expectations)
    if (target_of(each) == target) each.receiver = receiver;
}

void TestStack::name_component(const std::string& receiver, const std::string& component) {
  for (auto& each : plan_.alloys.front().receivers)
    if (each.name == receiver) each.component = component;
}

void TestStack::dashboard(const std::string& configured, DashboardPanels panels,
                          std::map<std::string, PanelPast> past) {
  plan_.grafana->dashboards = {configured};
  found("grafana_dashboard", configured, std::move(panels));
  facts_of("grafana_dashboard", configured).panels = std::move(past);
}

}  // namespace lgtmwatch
