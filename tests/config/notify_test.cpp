#include <catch2/catch.hpp>

#include "tests/config/support.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;

const std::string stack = "stacks: [ { name: shop, loki: { url: http://loki:3100 } } ]\n";

LoadedConfig load(const std::string& notify, const FakeEnvironment& outside = {}) {
  auto loaded = load_config(stack + notify, "lgtmwatch.yaml", outside.get());
  REQUIRE(render_all(loaded, "lgtmwatch.yaml", stack + notify).empty());
  return loaded;
}

}  // namespace

TEST_CASE("Destinations have names, and times that suit telephones, where nothing is said") {
  const auto notify = load(R"(notify:
  alertmanagers: [ { url: http://am-1:9093 }, { url: http://am-2:9093, name: other } ]
  webhooks: [ { url: https://hooks.example/T0/B0 } ]
  heartbeat: { url: https://hc.example/ping }
)")
                          .notify;
  REQUIRE(notify.alertmanagers.size() == 2);
  CHECK(notify.alertmanagers[0].name == "alertmanager-1");
  CHECK(notify.alertmanagers[1].name == "other");
  REQUIRE(notify.webhooks.size() == 1);
  const auto& webhook = notify.webhooks[0];
  CHECK(webhook.name == "webhook-1");
  CHECK(webhook.format == WebhookFormat::json);
  CHECK(webhook.min_severity == Severity::warning);
  CHECK(webhook.send_resolved);
  CHECK(webhook.repeat_interval == Duration(4h));
  CHECK(webhook.timeout == Duration(10s));
  REQUIRE(notify.heartbeat.has_value());
  CHECK(notify.heartbeat->interval == Duration(60s));
  CHECK_FALSE(notify.heartbeat->posts);
  CHECK_FALSE(notify.heartbeat->fail_endpoint.has_value());
}

TEST_CASE("The address of a webhook is host and port, and a secret") {
  const FakeEnvironment outside{{}, {{"/hook", "https://discord.example/api/webhooks/1/tok?wait=true\n"}}};
  const auto loaded = load(R"(notify:
  webhooks: [ { url_file: /hook, format: discord }, { url: "http://ntfy:2586?auth=geheim" } ]
  heartbeat: { url: https://hc.example/geheim, fail_url: https://hc.example/geheim/fail }
)",
                           outside);
  const auto& webhooks = loaded.notify.webhooks;
  REQUIRE(webhooks.size() == 2);
  CHECK(webhooks[0].endpoint.url.text() == "https://discord.example");
  CHECK(webhooks[0].target.reveal() == "/api/webhooks/1/tok?wait=true");
  CHECK(webhooks[1].endpoint.url.address() == "ntfy:2586");
  CHECK(webhooks[1].target.reveal() == "/?auth=geheim");
  CHECK(loaded.notify.heartbeat->fail_target.reveal() == "/geheim/fail");
  CHECK_THAT(loaded.effective, Catch::Contains("https://discord.example/***"));
  CHECK_THAT(loaded.effective, !Catch::Contains("geheim") && !Catch::Contains("tok"));
}

TEST_CASE("The effective destinations load again") {
  const auto notify =
      "notify:\n  alertmanagers: [ { url: http://am:9093, tenant: shop } ]\n"
      "  webhooks: [ { name: phone, url: https://ntfy.sh/geheim, format: ntfy, min_severity: critical,"
      " send_resolved: false, repeat_interval: 1h } ]\n"
      "  heartbeat: { url: https://hc.example/p, fail_url: https://hc.example/p/fail, method: POST }\n";
  const auto effective = load(notify).effective;
  const auto again = load_config(effective, "effective.yaml", FakeEnvironment().get());
  CHECK(render_all(again, "effective.yaml", effective).empty());
  CHECK(again.effective == effective);
}

}  // namespace lgtmwatch
