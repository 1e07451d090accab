#include "probes/alloy/alloy_controller.hpp"

#include "daemon/base/text.hpp"
#include "probes/alloy/alloy_pipeline.hpp"
#include "probes/answers.hpp"
#include "probes/prometheus_text.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t metrics_limit = 32 << 20;  // a large Alloy exports some MB
constexpr double most_components = 1e6;
constexpr std::size_t longest_version = 80;
constexpr std::string_view unhealthy_prefix = "unhealthy components: ";

class AlloyControllerProbe final : public Probe {
 public:
  using Probe::Probe;

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    HttpRequest request("/metrics");
    request.body_limit = metrics_limit;
    auto response = co_await asker.ask_ok(std::move(request));
    if (!response) co_return response.error();
    auto controller = parse_alloy_metrics(response->body);
    if (!controller) co_return controller.error();
    const bool rejected = !controller->config_loaded.value_or(true);
    if (rejected || controller->components["unhealthy"] > 0) {
      auto health = co_await asker.ask(HttpRequest("/-/healthy"));
      if (health) controller->unhealthy = parse_unhealthy_components(health->body);
    }
    co_return *controller;
  }
};

}  // namespace

Result<AlloyController> parse_alloy_metrics(std::string_view body) {
  AlloyController controller;
  // Labelled series appear with their first event; of a controller that reports, absent means none.
  for (const auto* health : {"healthy", "unhealthy", "unknown", "exited"}) controller.components[health] = 0;
  AlloyPipelineParser pipeline;
  for_each_sample(body, [&](const Sample& sample) {
    if (sample.name == "alloy_build_info") {
      controller.version = shown_text(sample.label("version"), longest_version);
    } else if (sample.name == "alloy_component_controller_running_components") {
      const auto known = controller.components.find(sample.label("health_type"));
      const bool countable = sample.value >= 0 && sample.value < most_components;
      if (known != controller.components.end() && countable) known->second += static_cast<int>(sample.value);
    } else if (sample.name == "alloy_config_last_load_successful") {
      controller.config_loaded = sample.value != 0;
    } else {
      pipeline.take(sample);
    }
  });
  if (controller.version.empty())
    return Error(Phase::content, Reason::mismatch, "the answer has no alloy_build_info: this is not Alloy's /metrics",
                 "check the url of this alloy");
  controller.graph = pipeline.graph();
  controller.readings = pipeline.readings();
  return controller;
}

std::vector<std::string> parse_unhealthy_components(std::string_view body) {
  std::vector<std::string> names;
  auto line = first_line(body);
  if (!line.starts_with(unhealthy_prefix)) return names;
  std::string_view rest = std::string_view(line).substr(unhealthy_prefix.size());
  while (!rest.empty()) {
    const auto comma = rest.find(", ");
    names.emplace_back(rest.substr(0, comma));
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 2);
  }
  return names;
}

Probes make_alloy_controller(const StackPlan& stack) {
  Probes probes;
  for (const auto& alloy : stack.alloys) {
    auto plan = plan_for(stack, "alloy_controller", alloy.name, Component::alloy, alloy);
    plan.reads_counters = true;
    probes.push_back(std::make_unique<AlloyControllerProbe>(std::move(plan)));
  }
  return probes;
}

}  // namespace lgtmwatch
