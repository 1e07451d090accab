#include "sandbox/alloy.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "sandbox/alloy_figures.hpp"
#include "sandbox/answers.hpp"
#include "sandbox/data.hpp"

namespace lgtmwatch::sandbox {
namespace {

namespace boost_json = boost::json;

constexpr const char* metrics_type = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";
constexpr std::array receiver_components{std::pair{"otelcol.receiver.otlp.backend", "backend"},
                                         std::pair{"otelcol.receiver.otlp.mobile", "mobile-http"}};
constexpr const char* evaluated_with_error = "otelcol.exporter.otlp.tempo";

std::string with_addresses(std::string_view recorded, const Addresses& addresses) {
  std::string text(recorded);
  for (const auto& [name, address] : addresses) {
    text = replace_all(std::move(text), fmt::format("@{}@", name), address);
    text = replace_all(std::move(text), fmt::format("@{}-port@", name), address.substr(address.rfind(':') + 1));
  }
  return text;
}

// The attribute of the name inside a body of attributes and blocks; null where absent.
boost_json::value* attribute_in(boost_json::value& body, std::string_view name) {
  auto* array = body.if_array();
  if (!array) return nullptr;
  for (auto& one : *array) {
    auto* object = one.if_object();
    const auto* found = object ? object->if_contains("name") : nullptr;
    if (found && found->is_string() && found->get_string() == boost_json::string_view(name.data(), name.size()))
      return &one;
  }
  return nullptr;
}

}  // namespace

Alloy::Alloy(const Pipeline& pipeline, const Faults& faults, const Clock& clock, const Addresses& addresses)
    : pipeline_(pipeline),
      faults_(faults),
      clock_(clock),
      started_(unix_ns(clock.wall() - age_of_processes)),
      metrics_text_(with_addresses(data("alloy_metrics.txt"), addresses)),
      components_(boost_json::parse(with_addresses(data("alloy_components.json"), addresses)).as_array()) {}

ServerResponse Alloy::answer(const ServerRequest& request) {
  constexpr std::string_view one_component = "/api/v0/web/components/";
  const auto path = request.path();
  if (path == "/-/reload") return text(403, "the sandbox does not reload\n");
  if (request.method != "GET") return {405, "", ""};
  if (path == "/-/ready") return text(200, "Alloy is ready.\n");
  if (path == "/-/healthy") return healthy();
  if (path == "/metrics") return metrics();
  if (path == "/api/v0/web/components") return components();
  if (path == "/api/v0/web/peers")
    return text(200, R"([{"name":"sandbox","addr":"127.0.0.1","isSelf":true,"state":"participant"}])");
  if (starts_with(path, one_component)) return component(path.substr(one_component.size()));
  return page_not_found();
}

bool Alloy::unhealthy(std::string_view id) const {
  return id == evaluated_with_error && faults_.active().contains("alloy-reload-rejected:component");
}

bool Alloy::tails_nothing(std::string_view id) const {
  if (id == "loki.source.docker.containers")
    return faults_.on("scraper-tails-nothing") || faults_.on("docker-socket-missing-or-denied") ||
           faults_.on("relabel-drops-all") || faults_.on("docker-api-version-mismatch");
  const bool of_files = id == "loki.source.file.files" || id == "local.file_match.applog";
  return of_files && faults_.on("file-target-matches-nothing");
}

ServerResponse Alloy::healthy() {
  if (unhealthy(evaluated_with_error)) return text(500, "unhealthy components: otelcol.exporter.otlp\n");
  return text(200, "All Alloy components are healthy.\n");
}

ServerResponse Alloy::metrics() {
  const auto figures = alloy_figures(pipeline_, faults_, metrics_text_, static_cast<double>(started_) / 1e9,
                                     unix_seconds(clock_.wall()));
  return {200, metrics_type, overlay(metrics_text_, figures)};
}

// The list leaves arguments, exports and debug information empty.
ServerResponse Alloy::components() {
  boost_json::array all;
  for (const auto& one : components_) {
    auto component = with_live_parts(one.as_object());
    for (const auto* part : {"arguments", "exports", "debugInfo"}) component[part] = boost_json::array();
    all.emplace_back(std::move(component));
  }
  return json(all, text_utf8);
}

ServerResponse Alloy::component(std::string_view id) {
  for (const auto& one : components_)
    if (one.at("localID").as_string() == boost_json::string_view(id.data(), id.size()))
      return json(with_live_parts(one.as_object()), text_utf8);
  return text(404, fmt::format("failed to parse component ID \"{}\": component not found\n", id));
}

boost_json::object Alloy::with_live_parts(boost_json::object component) const {
  const std::string id(component.at("localID").as_string().c_str());
  auto& health = component.at("health").as_object();
  health["updatedTime"] = format_rfc3339(WallTime(Duration(started_)));
  if (unhealthy(id)) {
    health["state"] = "unhealthy";
    health["message"] =
        "component evaluation failed: decoding configuration: /etc/alloy/config.alloy:71:3: unrecognized attribute "
        "name "
        "\"endpiont\"";
  }
  take_outputs(component);
  if (id == "discovery.relabel.docker" && faults_.on("relabel-drops-all"))
    attribute_in(component.at("exports"), "output")->at("value").at("value") = boost_json::array();
  if (tails_nothing(id)) {
    for (const auto* part : {"arguments", "exports"})
      if (auto* targets = attribute_in(component.at(part), "targets"))
        targets->at("value").at("value") = boost_json::array();
    component.at("debugInfo") = boost_json::array();
  }
  auto* targets = attribute_in(component.at("debugInfo"), "targets_info");
  auto* offset = targets ? attribute_in(targets->at("body"), "read_offset") : nullptr;
  if (offset) offset->at("value").at("value") = fmt::to_string(pipeline_.last_docker_ns() / 1'000'000'000);
  if (id == "prometheus.scrape.stack") set_scraping(component.at("debugInfo"));
  if (id == "loki.source.docker.containers" && targets) set_tailing(targets->at("body"));
  return component;
}

// An output that is not wired is an empty list.
void Alloy::take_outputs(boost_json::object& component) const {
  const auto& id = component.at("localID").as_string();
  auto* output = attribute_in(component.at("arguments"), "output");
  if (!output) return;
  for (const auto* signal : {"metrics", "logs", "traces"}) {
    bool is_taken = id == "otelcol.processor.batch.default" && faults_.on("wired-to-nowhere", signal);
    for (const auto& [receiver, name] : receiver_components)
      is_taken |= id == receiver && faults_.on("otlp-signal-not-wired", fmt::format("{}/{}", name, signal));
    auto* consumers = attribute_in(output->at("body"), signal);
    if (is_taken && consumers) consumers->at("value").at("value") = boost_json::array();
  }
}

// The targets of the scrape that cannot be reached.
void Alloy::set_scraping(boost_json::value& targets) const {
  for (auto& target : targets.as_array()) {
    auto& body = target.at("body");
    const auto text = boost_json::serialize(body);
    const auto is_of = [&](const char* job) { return text.find(fmt::format("\"{}\"", job)) != std::string::npos; };
    for (const auto* backend : {"loki", "tempo", "mimir"}) {
      if (!is_of(backend) || !faults_.unreachable(backend)) continue;
      const std::string url(attribute_in(body, "url")->at("value").at("value").as_string().c_str());
      const auto why = faults_.on("backend-hung", backend)
                           ? std::string("context deadline exceeded")
                           : fmt::format("dial tcp {}: connect: connection refused", url.substr(7, url.rfind('/') - 7));
      const auto error = fmt::format("Get \"{}\": {}", url, why);
      attribute_in(body, "health")->at("value").at("value") = "down";
      body.as_array().push_back(
          {{"name", "last_error"}, {"type", "attr"}, {"value", {{"type", "string"}, {"value", error}}}});
    }
  }
}

// What became of the tail of the application's container.
void Alloy::set_tailing(boost_json::value& target) const {
  const bool unreadable = faults_.on("docker-log-driver-unreadable");
  const bool ended = faults_.on("source-container-dead") || faults_.on("docker-container-restart-not-resumed");
  if (!unreadable && !ended) return;
  attribute_in(target, "is_running")->at("value").at("value") = false;
  if (unreadable)
    attribute_in(target, "last_error")->at("value").at("value") =
        "Error response from daemon: configured logging driver does not support reading";
}

}  // namespace lgtmwatch::sandbox
