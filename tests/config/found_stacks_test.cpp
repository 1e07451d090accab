#include <catch2/catch.hpp>

#include "tests/config/support.hpp"

namespace lgtmwatch {
namespace {

const std::string file_sd = "stacks_from: { file_sd: [ { files: ['stacks.d/*.json'] } ] }\n";

Target target(std::string stack, std::string component, std::string address) {
  return {"a.json[0]", std::move(stack), std::move(component), std::move(address), {}, "", "", ""};
}

Target receiver(std::string kind, std::string address) {
  auto target = lgtmwatch::target("shop", "alloy", std::move(address));
  target.where = "b.json[7]";
  target.kind = std::move(kind);
  target.receiver = target.kind;
  return target;
}

LoadedConfig load(const std::string& text, const std::vector<Target>& targets) {
  const FakeEnvironment outside;
  return load_config(text, "lgtmwatch.yaml", outside.get(), {{"stacks.d/*.json", {{"a.json", targets}}}});
}

std::string problems_of(const LoadedConfig& loaded) { return render_all(loaded, "lgtmwatch.yaml", ""); }

Plan plan_of(const std::string& text, const std::vector<Target>& targets) {
  const auto loaded = load(text, targets);
  INFO(problems_of(loaded));
  REQUIRE(loaded.plan);
  return *loaded.plan;
}

TEST_CASE("Targets become stacks, after those that are listed") {
  auto mimir = target("shop", "mimir", "http://m:9009");
  mimir.kind = "prometheus";
  mimir.tenant = "t${1}";
  const auto loaded = load("stacks: [ { name: z, loki: { url: http://z:1 } } ]\n" + file_sd,
                           {target("shop", "loki", "http://l:3100"), target("bank", "loki", "http://b:1"), mimir});
  INFO(problems_of(loaded));
  REQUIRE(loaded.plan);
  REQUIRE(loaded.plan->stacks.size() == 3);
  CHECK(loaded.listed == 1);
  CHECK(loaded.plan->stacks[0].name == "z");
  CHECK(loaded.plan->stacks[1].name == "bank");
  const auto& shop = loaded.plan->stacks[2];
  CHECK(shop.loki->endpoint.url.text() == "http://l:3100");
  CHECK(shop.mimir->kind == MimirKind::prometheus);
  CHECK(shop.mimir->endpoint.headers.at(0).value.reveal() == "t${1}");
  CHECK(loaded.effective.find("bank") == std::string::npos);
  CHECK(loaded.effective.find("stacks.d/*.json") != std::string::npos);
}

TEST_CASE("Receivers go to the Alloy of their stack") {
  const auto plan =
      plan_of(file_sd, {receiver("otlp_grpc", "http://a:4317"), receiver("otlp_http", "http://a:4318"),
                        receiver("loki_push", "http://a:3500/push"), receiver("remote_write", "https://a:9/write"),
                        target("shop", "alloy", "http://a:12345")});
  const auto& alloy = plan.stacks.at(0).alloys.at(0);
  CHECK(alloy.name == "a:12345");
  REQUIRE(alloy.receivers.size() == 4);
  CHECK(alloy.receivers[0].kind == ReceiverKind::otlp_grpc);
  CHECK(alloy.receivers[0].endpoint->url.address() == "a:4317");
  CHECK(alloy.receivers[1].kind == ReceiverKind::otlp_http);
  CHECK(alloy.receivers[2].kind == ReceiverKind::loki_push);
  CHECK(alloy.receivers[3].endpoint->url.text() == "https://a:9/write");
}

TEST_CASE("Found stacks inherit what stands in the defaults") {
  const auto plan = plan_of(
      "defaults:\n"
      "  loki: { headers: { A: b } }\n"
      "  tempo: { tenant: t }\n"
      "  sources: [ { name: cart, logs: {} } ]\n"
      "  require: { loki_labels: false }\n" +
          file_sd,
      {target("shop", "loki", "http://l:3100")});
  const auto& shop = plan.stacks.at(0);
  CHECK(shop.loki->endpoint.headers.at(0).name == "A");
  CHECK_FALSE(shop.tempo);
  CHECK(shop.expectations.at(0).source == "cart");
  CHECK_FALSE(shop.require.loki_labels);
  CHECK(shop.require.tempo_services);
}

TEST_CASE("Where nothing was found there is nothing to watch, and that is no error") {
  const auto loaded = load(file_sd, {});
  REQUIRE(loaded.plan);
  CHECK(loaded.plan->stacks.empty());
  CHECK(load("stacks: []\n" + file_sd, {}).plan);
}

TEST_CASE("Targets that do not fit together are named, and nothing is taken") {
  auto named = receiver("otlp_http", "http://a:4318");
  named.name = "other";
  struct Row {
    std::vector<Target> targets;
    std::string problem;
  };
  const std::vector<Row> rows{
      {{target("z", "loki", "http://l:1")},
       "lgtmwatch.yaml: error: a.json[0].labels.__lgtmwatch_stack__: the stack 'z' is listed under 'stacks' already"},
      {{target("shop", "loki", "http://l:1"), target("shop", "loki", "http://l:2")},
       "lgtmwatch.yaml: error: a.json[0]: the stack 'shop' has a loki already, from a.json[0]"},
      {{target("shop", "alloy", "http://l:1"), target("shop", "alloy", "http://l:1")},
       "lgtmwatch.yaml: error: a.json[0]: the stack 'shop' has an Alloy 'l:1' already, from a.json[0]"},
      {{receiver("otlp_http", "http://a:4318"), target("shop", "loki", "http://l:1")},
       "lgtmwatch.yaml: error: b.json[7]: it is not said which Alloy of the stack 'shop' has the receiver 'otlp_http'"},
      {{named, target("shop", "alloy", "http://a:1")},
       "lgtmwatch.yaml: error: b.json[7]: it is not said which Alloy of the stack 'shop' has the receiver"},
  };
  for (const auto& row : rows) {
    INFO(row.problem);
    const auto loaded = load("stacks: [ { name: z, loki: { url: http://z:1 } } ]\n" + file_sd, row.targets);
    CHECK_FALSE(loaded.plan);
    CHECK_THAT(problems_of(loaded), Catch::StartsWith(row.problem));
  }
}

TEST_CASE("A window of maintenance may name a stack that is not there at the moment") {
  CHECK(load(file_sd + "maintenance: [ { stacks: [gone], start: 2026-12-01T01:00:00Z, end: 2026-12-01T02:00:00Z } ]\n",
             {})
            .plan);
}

}  // namespace
}  // namespace lgtmwatch
