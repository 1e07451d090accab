// Sources that do not get through to Alloy's container, and health checks that cannot fail.
#include <catch2/catch.hpp>

#include "tests/diagnosis/docker_stack.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;

constexpr WallTime now = moment_of_tests;

// Nothing of `shop` arrives any more, and its container sends to Alloy by its name.
struct Cut : Watched {
  Cut() {
    with_docker();
    for (const auto* target : {"shop/metrics@backend", "shop/logs@backend", "shop/traces@backend"}) {
      newest(target, 10min);
      expect_always(target);
    }
    sends_to("http://alloy:4318");
    shop.started = now - 3h;
    alloy.started = now - 2h;
  }
  void sends_to(const std::string& endpoint) { shop.environment = {{"OTEL_EXPORTER_OTLP_ENDPOINT", endpoint}}; }
  StackVerdict judge_all() {
    found("docker_containers", engine, DockerContainers{{shop, alloy}, 0});
    return judge();
  }
  const Finding& only(const StackVerdict& verdict, const std::string& cause) {
    REQUIRE(causes_of(verdict) == Causes{cause});
    return verdict.findings.front();
  }

  Container shop = running("shop", {"backend"});
  Container alloy = running("alloy", {"backend"});
};

}  // namespace

TEST_CASE("A source that is silent since Alloy was started anew may dial its old address") {
  Cut cut;
  cut.alloy.started = now - 9min - 50s;
  const auto verdict = cut.judge_all();
  const auto& finding = cut.only(verdict, "docker-stale-ip-after-recreate");
  CHECK(finding.stage == Stage::network);
  CHECK(finding.alternatives == std::vector<std::string>{"source-silent"});
  CHECK(finding.remedy.front().starts_with("restart shop;"));
}

TEST_CASE("A source is not said to dial an old address where something speaks against it") {
  Cut cut;
  cut.alloy.started = now - 9min - 50s;
  SECTION("it was silent long before") { cut.alloy.started = now - 5min; }
  SECTION("it went on after Alloy's start") { cut.alloy.started = now - 30min; }
  SECTION("it is younger than Alloy") { cut.shop.started = now - 9min; }
  SECTION("it knows Alloy by an address") { cut.sends_to("http://172.18.0.2:4318"); }
  const auto verdict = cut.judge_all();
  cut.only(verdict, "source-silent");
}

TEST_CASE("A port that is published for the host itself only is not reached from a container through the host") {
  Cut cut;
  cut.sends_to("http://host.docker.internal:4318");
  cut.shop.networks.front().name = "apps";
  cut.alloy.ports = {{4318, "127.0.0.1", 4318}};
  const auto verdict = cut.judge_all();
  const auto& finding = cut.only(verdict, "port-published-loopback-only");
  CHECK(finding.stage == Stage::network);
  CHECK(finding.evidence.front().find("NetworkSettings.Ports of alloy: 4318 is published at 127.0.0.1:4318") !=
        std::string::npos);
  CHECK(finding.alternatives == std::vector<std::string>{"source-silent"});
}

TEST_CASE("A port that nobody publishes is not reached through the host, one that another publishes is not judged") {
  Cut cut;
  cut.sends_to("http://host.docker.internal:4318");
  cut.shop.networks.front().name = "apps";
  SECTION("nobody") { cut.only(cut.judge_all(), "port-published-loopback-only"); }
  SECTION("Alloy on all addresses, besides the loopback") {
    cut.alloy.ports = {{4318, "127.0.0.1", 4318}, {4318, "10.0.0.5", 4318}};
    cut.only(cut.judge_all(), "source-silent");
  }
  SECTION("another") {
    auto other = running("other", {"apps"});
    other.ports = {{4318, "0.0.0.0", 4318}};
    cut.found("docker_containers", engine, DockerContainers{{cut.shop, cut.alloy, other}, 0});
    cut.only(cut.judge(), "source-silent");
  }
}

TEST_CASE("localhost on the host's network may mean the loopback on which nobody listens") {
  Cut cut;
  cut.shop.networks.clear();
  cut.shop.network_mode = "host";
  cut.sends_to("http://localhost:4318");
  cut.alloy.ports = {{4318, "127.0.0.1", 4318}};
  const auto verdict = cut.judge_all();
  CHECK(cut.only(verdict, "ipv6-localhost").alternatives == std::vector<std::string>{"source-silent"});
  SECTION("127.0.0.1 cannot be mistaken") {
    cut.sends_to("http://127.0.0.1:4318");
    cut.only(cut.judge_all(), "source-silent");
  }
  SECTION("it is published on both") {
    cut.alloy.ports.push_back({4318, "::1", 4318});
    cut.only(cut.judge_all(), "source-silent");
  }
}

namespace {

struct Healthy : Watched {
  Healthy() {
    with_docker();
    loki.health = "healthy";
    loki.health_patience = 90s;
    loki.started = now - 3h;
  }
  StackVerdict judge_all() {
    found("docker_containers", engine, DockerContainers{{loki}, 0});
    return judge();
  }

  Container loki = running("loki", {"backend"});
};

}  // namespace

TEST_CASE("A container that Docker calls healthy while its component refuses has a check that cannot fail") {
  Healthy stack;
  stack.failed("loki_ready", "loki:3100", Reason::refused);
  stack.bad_since("loki_ready", "loki:3100", 3min);
  const auto verdict = stack.judge_all();
  REQUIRE(causes_of(verdict) == Causes{"backend-down", "healthcheck-too-lenient"});
  const auto& finding = verdict.findings.back();
  CHECK(finding.stage == Stage::ingest);
  CHECK(finding.subject == "loki");
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.signals.empty());
}

TEST_CASE("A check is given the time that it needs to see it") {
  Healthy stack;
  stack.failed("loki_ready", "loki:3100", Reason::refused);
  stack.bad_since("loki_ready", "loki:3100", 110s);
  CHECK(causes_of(stack.judge_all()) == Causes{"backend-down"});
}

TEST_CASE("What lgtmwatch cannot reach may be as healthy as Docker says") {
  Healthy stack;
  stack.failed("loki_ready", "loki:3100", Reason::unreachable);
  stack.bad_since("loki_ready", "loki:3100", 3min);
  CHECK(causes_of(stack.judge_all()) == Causes{"backend-down"});
}

TEST_CASE("A proxy that refuses lgtmwatch says nothing of the component behind it") {
  Healthy stack;
  stack.with_proxies();
  stack.failed("loki_ready", "loki:3100", Reason::refused);
  stack.bad_since("loki_ready", "loki:3100", 3min);
  CHECK(causes_of(stack.judge_all()) == Causes{"watcher-proxy-failing"});
}

}  // namespace lgtmwatch
