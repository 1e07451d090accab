#include "probes/alloy/alloy_controller.hpp"

#include "daemon/base/json.hpp"
#include "daemon/base/text.hpp"
#include "probes/alloy/alloy_body.hpp"
#include "probes/alloy/alloy_pipeline.hpp"
#include "probes/answers.hpp"
#include "probes/lenient_json.hpp"
#include "probes/prometheus_text.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t metrics_limit = 32 << 20;  // a large Alloy exports some MB
constexpr double most_components = 1e6;
constexpr std::size_t longest_version = 80;
constexpr std::size_t list_limit = 8 << 20;
constexpr std::size_t most_rejected = 8;
constexpr std::size_t longest_reason = 300;
constexpr std::string_view evaluation_failed = "component evaluation failed: ";

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
    if (controller->components["unhealthy"] > 0) {
      HttpRequest list("/api/v0/web/components");
      list.body_limit = list_limit;
      auto components = co_await asker.ask(std::move(list));
      if (components) controller->rejected = parse_rejected_components(components->body);
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

std::vector<RejectedComponent> parse_rejected_components(std::string_view body) {
  std::vector<RejectedComponent> rejected;
  const auto list = parse_json(body);
  if (!list || !list->is_array()) return rejected;
  for (const auto& component : list->get_array()) {
    const auto* health = at(&component, "health");
    auto why = text_at(health, "message", longest_reason);
    if (text_at(health, "state") != "unhealthy" || !why.starts_with(evaluation_failed)) continue;
    why.erase(0, evaluation_failed.size());
    rejected.push_back({text_at(&component, "localID", longest_reason), std::move(why)});
    if (rejected.size() == most_rejected) break;
  }
  return rejected;
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
