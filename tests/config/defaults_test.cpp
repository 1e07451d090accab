// What stacks inherit from `defaults`.
#include <catch2/catch.hpp>

#include "tests/config/support.hpp"

namespace lgtmwatch {
namespace {

LoadedConfig load(const std::string& text) {
  const FakeEnvironment outside;
  return load_config(text, "lgtmwatch.yaml", outside.get());
}

Plan plan_of(const std::string& text) {
  const auto loaded = load(text);
  INFO(render_all(loaded, "lgtmwatch.yaml", text));
  REQUIRE(loaded.plan);
  return *loaded.plan;
}

const std::string defaults = R"(
defaults:
  tenant: all
  loki: { timeout: 3s, headers: { A: b } }
  mimir: { kind: prometheus }
  alloy: { headers: { C: d } }
  sources: [ { name: cart, logs: {} } ]
  stack_jobs: [ours]
  canaries: { interval: 2m, deadline: 40s }
stacks:
)";

TEST_CASE("A stack inherits what it does not say itself") {
  const auto plan = plan_of(defaults + R"(
  - name: shop
    loki: { url: http://l:1 }
    mimir: { url: http://m:1 }
    alloy: [ { name: gateway, url: http://a:1 } ]
)");
  const auto& shop = plan.stacks.at(0);
  CHECK(shop.loki->timeout == std::chrono::seconds(3));
  CHECK(shop.loki->endpoint.headers.at(0).name == "A");
  CHECK(shop.loki->endpoint.headers.at(1).value.reveal() == "all");
  CHECK(shop.mimir->kind == MimirKind::prometheus);
  CHECK(shop.alloys.at(0).endpoint.headers.at(0).name == "C");
  CHECK(shop.expectations.at(0).source == "cart");
  CHECK(shop.stack_jobs == std::set<std::string>{"ours"});
  CHECK(shop.canaries.at(0).interval == std::chrono::minutes(2));
}

TEST_CASE("What a stack says itself holds: a mapping key by key, a list as a whole") {
  const auto plan = plan_of(defaults + R"(
  - name: shop
    tenant: own
    loki: { url: http://l:1, headers: { E: f } }
    sources: [ { name: till, logs: {} } ]
    canaries: { interval: 5m }
)");
  const auto& shop = plan.stacks.at(0);
  CHECK(shop.loki->timeout == std::chrono::seconds(3));
  CHECK(shop.loki->endpoint.headers.size() == 2);
  CHECK(shop.loki->endpoint.headers.at(0).name == "E");
  CHECK(shop.loki->endpoint.headers.at(1).value.reveal() == "own");
  REQUIRE(shop.expectations.size() == 1);
  CHECK(shop.expectations[0].source == "till");
  CHECK(shop.canaries.at(0).interval == std::chrono::minutes(5));
  CHECK(shop.canaries.at(0).patience.deadline == std::chrono::seconds(40));
}

TEST_CASE("Defaults alone make no component") {
  const auto plan = plan_of(defaults + "  - { name: shop, loki: { url: http://l:1 } }\n");
  CHECK_FALSE(plan.stacks.at(0).mimir);
  CHECK(plan.stacks.at(0).alloys.empty());
}

TEST_CASE("What is wrong in the defaults is told once, where it stands") {
  const auto loaded = load(
      "defaults: { loki: { url: http://l:1 }, sources: [ { nam: x } ] }\n"
      "stacks: [ { name: a, loki: { url: http://l:1 } }, { name: b, loki: { url: http://l:1 } } ]\n");
  std::vector<std::string> paths;
  for (const auto& each : loaded.diagnostics) paths.push_back(each.path);
  CHECK(paths == std::vector<std::string>{"defaults.loki.url", "defaults.sources[0]", "defaults.sources[0].nam"});
}

TEST_CASE("What fits a stack and does not fit another is told with the stack, where the defaults stand") {
  const auto loaded = load(
      "defaults: { sources: [ { name: x, logs: {} } ] }\n"
      "stacks: [ { name: a, loki: { url: http://l:1 } }, { name: b, mimir: { url: http://l:1 } } ]\n");
  REQUIRE(loaded.diagnostics.size() == 1);
  CHECK(loaded.diagnostics[0].line == 1);
  CHECK_THAT(loaded.diagnostics[0].path, Catch::StartsWith("stacks[1].sources[0]"));
}

}  // namespace
}  // namespace lgtmwatch
