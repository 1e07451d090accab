#include "probes/alloy/alloy_components.hpp"

#include <algorithm>
#include <array>

#include "daemon/base/json.hpp"
#include "daemon/base/text.hpp"
#include "probes/alloy/alloy_body.hpp"
#include "probes/alloy/alloy_targets.hpp"
#include "probes/lenient_json.hpp"

namespace lgtmwatch {
namespace {

constexpr auto fastest = std::chrono::seconds(60);
constexpr std::size_t list_limit = 8 << 20;  // also of what lists targets
constexpr std::size_t most_components = 4096;
constexpr std::size_t most_asked = 64;
constexpr std::size_t longest_name = 120;
constexpr std::array with_address{"otelcol.receiver.otlp.",   "otelcol.exporter.otlp", "loki.write.",
                                  "prometheus.remote_write.", "loki.source.api.",      "prometheus.receive_http."};
constexpr std::array with_outputs{"otelcol.processor.", "otelcol.connector."};

class AlloyComponentsProbe final : public Probe {
 public:
  using Probe::Probe;

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    HttpRequest list("/api/v0/web/components");
    list.body_limit = list_limit;
    auto response = co_await asker.ask_ok(std::move(list));
    if (!response) co_return response.error();
    auto found = parse_alloy_components(response->body);
    if (!found) co_return found.error();
    for (auto* component : worth_asking(*found)) {
      HttpRequest one("/api/v0/web/components/" + component->id);
      if (has_targets(component->id)) one.body_limit = list_limit;
      auto detail = co_await asker.ask_ok(std::move(one));
      if (detail) read_alloy_arguments(detail->body, *component);
    }
    co_return *found;
  }

 private:
  // Those with an address before those that only hand on, where there are many.
  static std::vector<AlloyComponent*> worth_asking(AlloyComponents& found) {
    std::vector<AlloyComponent*> chosen;
    for (const auto is_worth_it : {has_an_address, has_outputs, has_targets})
      for (auto& component : found.components)
        if (is_worth_it(component.id) && chosen.size() < most_asked) chosen.push_back(&component);
    return chosen;
  }
};

void add_edges(const boost::json::value& component, const std::string& id, std::vector<GraphEdge>& graph) {
  const auto* flows = at(&component, "dataFlowEdgesTo");
  const auto* targets = flows ? flows->if_array() : nullptr;
  if (!targets) return;
  for (const auto& target : *targets)
    if (target.is_string())
      graph.push_back({id, shown_text(std::string_view(target.get_string().data(), target.get_string().size()))});
}

// Before there were data-flow edges: an exporter is referred to by what sends to it.
void add_references(const boost::json::value& component, const std::string& id, std::vector<GraphEdge>& graph) {
  const auto* references = at(&component, "referencesTo");
  const auto* targets = references ? references->if_array() : nullptr;
  if (at(&component, "dataFlowEdgesTo") || !targets) return;
  for (const auto& target : *targets) {
    if (!target.is_string()) continue;
    auto other = shown_text(std::string_view(target.get_string().data(), target.get_string().size()));
    const bool other_feeds_it = other.starts_with("discovery.") || other.starts_with("local.");
    graph.push_back(other_feeds_it ? GraphEdge{std::move(other), id} : GraphEdge{id, std::move(other)});
  }
}

bool is_pushed_to(std::string_view id) {
  return id.starts_with("loki.source.api.") || id.starts_with("prometheus.receive_http.");
}

// Alloy leaves its defaults out of the arguments.
std::string usual_address(std::string_view id, std::string_view block) {
  if (is_pushed_to(id)) return block == "http" ? "0.0.0.0:8080" : "";
  return block == "grpc" ? "0.0.0.0:4317" : "0.0.0.0:4318";
}

std::string listens_at(const boost::json::value& arguments, std::string_view id, std::string_view block) {
  const auto blocks = alloy_blocks(arguments, block);
  if (blocks.empty()) return is_pushed_to(id) ? usual_address(id, block) : std::string();
  auto endpoint = alloy_text(alloy_attribute(*blocks.front(), "endpoint"));
  if (!endpoint.empty()) return endpoint;
  const auto port = alloy_text(alloy_attribute(*blocks.front(), "listen_port"));
  if (!port.empty()) return alloy_text(alloy_attribute(*blocks.front(), "listen_address")) + ":" + port;
  return usual_address(id, block);
}

// What cannot be read counts as an output: nobody is told that nothing leads on where something may.
std::vector<Signal> signals_with_output(const boost::json::value& output) {
  std::vector<Signal> signals;
  for (const auto signal : all_signals) {
    const auto* consumers = alloy_attribute(output, to_string(signal));
    const auto* list = at(consumers, "value");
    const bool is_empty = list && list->is_array() && list->get_array().empty();
    if (consumers && !is_empty) signals.push_back(signal);
  }
  return signals;
}

template <class Prefixes>
bool starts_with_any(std::string_view id, const Prefixes& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view prefix) { return id.starts_with(prefix); });
}

}  // namespace

bool has_an_address(std::string_view id) { return starts_with_any(id, with_address); }

bool has_outputs(std::string_view id) { return starts_with_any(id, with_outputs); }

Result<AlloyComponents> parse_alloy_components(std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const auto* list = document->if_array();
  if (!list)
    return Error(Phase::content, Reason::mismatch, "the answer is no list of components: this is not Alloy's API");
  AlloyComponents found;
  for (const auto& entry : *list) {
    if (found.components.size() >= most_components) break;
    AlloyComponent component;
    component.id = text_at(&entry, "localID", longest_name);
    if (component.id.empty()) continue;
    add_edges(entry, component.id, found.graph);
    add_references(entry, component.id, found.graph);
    found.components.push_back(std::move(component));
  }
  std::sort(found.graph.begin(), found.graph.end());
  found.graph.erase(std::unique(found.graph.begin(), found.graph.end()), found.graph.end());
  return found;
}

void read_alloy_arguments(std::string_view body, AlloyComponent& component) {
  const auto document = parse_json(body);
  const auto* arguments = document ? at(&*document, "arguments") : nullptr;
  if (!arguments) return;
  read_alloy_targets(*document, component);
  component.http = listens_at(*arguments, component.id, "http");
  component.grpc = listens_at(*arguments, component.id, "grpc");
  for (const auto* client : alloy_blocks(*arguments, "client")) {
    component.sends_to = alloy_text(alloy_attribute(*client, "endpoint"));
    const auto tls = alloy_blocks(*client, "tls");
    const bool insecure = !tls.empty() && alloy_flag(alloy_attribute(*tls.front(), "insecure"));
    component.with_tls = component.id.starts_with("otelcol.exporter.otlp.") && !insecure;
  }
  const auto outputs = alloy_blocks(*arguments, "output");
  if (!outputs.empty()) component.hands_on = signals_with_output(*outputs.front());
  const auto endpoints = alloy_blocks(*arguments, "endpoint");
  if (!endpoints.empty()) component.sends_to = alloy_text(alloy_attribute(*endpoints.front(), "url"));
  component.sends_to = without_credentials(std::move(component.sends_to));
}

Probes make_alloy_components(const StackPlan& stack) {
  Probes probes;
  for (const auto& alloy : stack.alloys) {
    auto plan = plan_for(stack, "alloy_components", alloy.name, Component::alloy, alloy);
    if (plan.interval < fastest) plan.interval = fastest;
    probes.push_back(std::make_unique<AlloyComponentsProbe>(std::move(plan)));
  }
  return probes;
}

}  // namespace lgtmwatch
