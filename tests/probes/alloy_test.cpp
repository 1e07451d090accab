#include <catch2/catch.hpp>

#include "probes/alloy/alloy_controller.hpp"
#include "probes/prometheus_text.hpp"
#include "tests/probes/recorded.hpp"

namespace lgtmwatch {
namespace {

std::string recorded_metrics(const std::string& name) {
  return Recording(name).answer("alloy", HttpRequest("/metrics")).value().body;
}

}  // namespace

TEST_CASE("A healthy Alloy runs fourteen components and its newest configuration") {
  const auto controller = parse_alloy_metrics(recorded_metrics("healthy")).value();
  CHECK(controller.version == "v1.18.0-devel");
  CHECK(controller.components.at("healthy") == 14);
  CHECK(controller.components.at("unhealthy") == 0);
  CHECK(controller.config_loaded == true);
}

TEST_CASE("An Alloy that rejected a reload says so in its metrics") {
  const auto controller = parse_alloy_metrics(recorded_metrics("alloy-reload-failed")).value();
  CHECK(controller.config_loaded == false);
}

TEST_CASE("Metrics of something else are not taken for Alloy's") {
  CHECK(parse_alloy_metrics("up 1\n").error().reason == Reason::mismatch);
  CHECK(parse_alloy_metrics("").error().reason == Reason::mismatch);
}

TEST_CASE("A reload that a misspelled attribute has failed is told by its component, and by no metric of the load") {
  const auto controller = parse_alloy_metrics(recorded_metrics("alloy-evaluation-failed")).value();
  CHECK(controller.config_loaded == true);
  CHECK(controller.components.at("unhealthy") == 1);
  const Recording recording("alloy-evaluation-failed");
  const auto components = recording.answer("alloy", HttpRequest("/api/v0/web/components")).value();
  const auto rejected = parse_rejected_components(components.body);
  REQUIRE(rejected.size() == 1);
  CHECK(rejected[0].id == "prometheus.scrape.shop");
  CHECK(rejected[0].why == "decoding configuration: c.alloy:7:3: unrecognized attribute name \"scrape_intervall\"");
}

TEST_CASE("What is no list of components names none") {
  for (const auto* body : {"", "{}", "[]", "[1]", R"([{"localID":"a","health":{"state":"unhealthy"}}])"})
    CHECK(parse_rejected_components(body).empty());
}

TEST_CASE("The Prometheus text format is read line by line, broken lines are left out") {
  std::vector<std::string> seen;
  for_each_sample("# HELP a b\na{x=\"1\\\"}\",y=\"\\n\"} 2.5 1795352139\nbroken{ 1\nb +Inf\n\nc\nd 1e3",
                  [&](const Sample& sample) {
                    seen.push_back(std::string(sample.name) + " " + sample.label("x") + " " +
                                   std::to_string(static_cast<int>(std::min(sample.value, 9999.0))));
                  });
  CHECK(seen == std::vector<std::string>{"a 1\"} 2", "b  9999", "d  1000"});
}

}  // namespace lgtmwatch
