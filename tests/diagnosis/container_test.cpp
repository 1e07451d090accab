#include <catch2/catch.hpp>

#include "tests/diagnosis/docker_stack.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;

// The source `shop` sends to Alloy, and nothing of it arrives but its container's lines.
struct SilentShop {
  SilentShop() {
    stack.with_docker();
    stack.newest("shop/metrics@backend", 10min);
    stack.newest("shop/logs@backend", 10min);
    stack.newest("shop/traces@backend", 10min);
    for (const auto* target : {"shop/metrics@backend", "shop/logs@backend", "shop/traces@backend"})
      stack.expect_always(target);
    shop.environment = {{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://alloy:4318"}};
  }
  StackVerdict judge() {
    stack.found("docker_containers", "unix:/var/run/docker.sock", DockerContainers{{shop, alloy}, 0});
    return stack.judge();
  }
  std::string cause() {
    const auto verdict = judge();
    REQUIRE(verdict.findings.size() == 1);
    return verdict.findings.front().cause;
  }

  TestStack stack;
  Container shop = running("shop", {"backend"});
  Container alloy = running("alloy", {"backend", "observability"});
};

TEST_CASE("A container that sends where it should leaves the silence unexplained") {
  CHECK(SilentShop().cause() == "source-silent");
}

TEST_CASE("A container that sends OTLP to localhost sends it to itself") {
  SilentShop silent;
  silent.shop.environment = {{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318"}};
  const auto verdict = silent.judge();
  REQUIRE(verdict.findings.size() == 1);
  const auto& finding = verdict.findings.front();
  CHECK(finding.cause == "otlp-localhost-in-container");
  CHECK(finding.stage == Stage::source);
  CHECK(finding.subject == "shop");
  CHECK(finding.signals == std::vector<Signal>{Signal::metrics, Signal::logs, Signal::traces});
  CHECK(finding.alternatives.empty());
  CHECK(finding.remedy == std::vector<std::string>{"set OTEL_EXPORTER_OTLP_ENDPOINT=http://alloy:4318 for shop"});
  CHECK(finding.evidence.front() ==
        "curl --unix-socket '/var/run/docker.sock' 'http://docker/containers/shop-id/json' → Config.Env has "
        "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318");
  CHECK(finding.consequences.size() == 3);
}

TEST_CASE("On the host's network, and in that of another container, localhost may be right") {
  SilentShop silent;
  silent.shop.environment = {{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318"}};
  for (const auto* mode : {"host", "container:alloy"}) {
    silent.shop.network_mode = mode;
    CHECK(silent.cause() == "source-silent");
  }
}

TEST_CASE("What is sent to the host or to another collector is not judged by Alloy's networks and ports") {
  SilentShop silent;
  silent.shop.networks.front().name = "apps";
  silent.alloy.ports = {{4318, "0.0.0.0", 4318}};
  for (const auto* endpoint : {"http://host.docker.internal:4318", "http://other-collector:4318/v1/traces"}) {
    silent.shop.environment = {{"OTEL_EXPORTER_OTLP_ENDPOINT", endpoint}, {"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"}};
    CHECK(silent.cause() == "source-silent");
  }
}

TEST_CASE("Settings of OTLP without an endpoint mean localhost, unless the code says otherwise") {
  SilentShop silent;
  silent.shop.environment = {{"OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"}};
  const auto verdict = silent.judge();
  REQUIRE(verdict.findings.size() == 1);
  CHECK(verdict.findings.front().cause == "otlp-localhost-in-container");
  CHECK_FALSE(verdict.findings.front().alternatives.empty());
}

TEST_CASE("What arrives is not explained by anything") {
  SilentShop silent;
  for (const auto* target : {"shop/metrics@backend", "shop/logs@backend", "shop/traces@backend"})
    silent.stack.newest(target, 10s);
  silent.shop.environment = {{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318"}};
  silent.shop.networks.front().name = "apps";
  CHECK(silent.judge().findings.empty());
}

TEST_CASE("Each fault of a container is told from the others") {
  SilentShop silent;
  auto& environment = silent.shop.environment;
  SECTION("no network in common") {
    silent.shop.networks.front().name = "apps";
    CHECK(silent.cause() == "docker-no-shared-network");
  }
  SECTION("switched off") {
    environment["OTEL_SDK_DISABLED"] = "true";
    CHECK(silent.cause() == "otlp-disabled-or-sampled-out");
  }
  SECTION("gRPC to the port of HTTP") {
    environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
    CHECK(silent.cause() == "otlp-grpc-http-port-mixup");
  }
  SECTION("a path where none belongs") {
    environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://alloy:4318/v1/traces";
    CHECK(silent.cause() == "otlp-http-path-wrong");
  }
  SECTION("dead") {
    silent.shop.status = "exited";
    silent.shop.exit_code = 137;
    silent.shop.oom_killed = true;
    CHECK(silent.cause() == "source-container-dead");
  }
}

TEST_CASE("Traces that a sampler drops are told beside logs and metrics that arrive") {
  SilentShop silent;
  silent.stack.newest("shop/metrics@backend", 10s);
  silent.stack.newest("shop/logs@backend", 10s);
  silent.shop.environment["OTEL_TRACES_SAMPLER"] = "always_off";
  const auto verdict = silent.judge();
  REQUIRE(verdict.findings.size() == 1);
  CHECK(verdict.findings.front().cause == "otlp-disabled-or-sampled-out");
  CHECK(verdict.findings.front().signals == std::vector<Signal>{Signal::traces});
  CHECK(verdict.findings.front().alternatives.empty());
}

TEST_CASE("A configured container that does not run explains silence that idleness would excuse, and its lines") {
  SilentShop silent;
  silent.stack.newest("shop/logs@docker", 10min);
  silent.shop.status = "exited";
  CHECK(silent.judge().findings.front().consequences.size() == 3);
  silent.stack.with_container("shop");
  const auto verdict = silent.judge();
  REQUIRE(verdict.findings.size() == 1);
  CHECK(verdict.findings.front().cause == "source-container-dead");
  CHECK(verdict.findings.front().consequences.size() == 4);
}

TEST_CASE("A scraper that has nothing to tail because its only container does not run is no fault of its own") {
  SilentShop silent;
  silent.stack.newest("shop/logs@docker", 10min);
  silent.stack.found("alloy_scraper", "docker", AlloyScraper());
  silent.stack.expect_always("shop/logs@docker");
  silent.shop.status = "exited";
  CHECK(silent.cause() == "source-container-dead");
  silent.shop.status = "running";
  const auto verdict = silent.judge();
  REQUIRE(verdict.findings.size() == 2);
  CHECK(verdict.findings.front().cause == "scraper-tails-nothing");
}

TEST_CASE("A log driver that nobody can tail explains lines that do not arrive") {
  SilentShop silent;
  for (const auto* target : {"shop/metrics@backend", "shop/logs@backend", "shop/traces@backend"})
    silent.stack.newest(target, 10s);
  silent.stack.newest("shop/logs@docker", 10min);
  silent.stack.expect_always("shop/logs@docker");
  silent.shop.log_driver = "none";
  const auto verdict = silent.judge();
  REQUIRE(verdict.findings.size() == 1);
  CHECK(verdict.findings.front().cause == "docker-log-driver-unreadable");
  CHECK(verdict.findings.front().stage == Stage::receive);
}

TEST_CASE("A container that is unhealthy only because its check cannot run makes nothing worse") {
  TestStack stack;
  stack.with_docker();
  auto loki = running("loki", {"observability"});
  loki.health = "unhealthy";
  SECTION("the engine finds no such program") {
    loki.health_runs = {{-1, "exec: \"wget\": executable file not found in $PATH: unknown"}};
  }
  SECTION("a shell finds none, and the check goes on with || exit 1") {
    loki.health_runs = {{1, "/bin/sh: 1: wget: not found\n"}};
  }
  SECTION("bash finds none") { loki.health_runs = {{1, "bash: line 1: curl: command not found"}}; }
  stack.found("docker_containers", "unix:/var/run/docker.sock", DockerContainers{{loki}, 0});
  const auto verdict = stack.judge();
  REQUIRE(verdict.findings.size() == 1);
  const auto& finding = verdict.findings.front();
  CHECK(finding.cause == "healthcheck-tool-missing");
  CHECK(finding.severity == Severity::info);
  CHECK(finding.subject == "loki");
  CHECK(finding.stage == Stage::ingest);
  CHECK(verdict.state == State::healthy);
}

TEST_CASE("A check that runs and fails is no missing tool") {
  TestStack stack;
  stack.with_docker();
  auto loki = running("loki", {"observability"});
  loki.health = "unhealthy";
  const auto* output = GENERATE("wget: server returned error: HTTP/1.1 503", "curl: (22) error: 404: not found");
  loki.health_runs = {{1, output}};
  stack.found("docker_containers", "unix:/var/run/docker.sock", DockerContainers{{loki}, 0});
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("Two running containers with the name of Alloy share what is sent to it") {
  SilentShop silent;
  for (const auto* target : {"shop/metrics@backend", "shop/logs@backend", "shop/traces@backend"})
    silent.stack.newest(target, 10s);
  auto old = running("old-alloy", {"backend"});
  old.networks.front().aliases.push_back("alloy");
  SECTION("both run") {
    silent.stack.found("docker_containers", "unix:/var/run/docker.sock",
                       DockerContainers{{silent.shop, silent.alloy, old}, 0});
    const auto verdict = silent.stack.judge();
    REQUIRE(verdict.findings.size() == 1);
    CHECK(verdict.findings.front().cause == "duplicate-network-alias");
    CHECK(verdict.state == State::healthy);
    CHECK(verdict.findings.front().subject == "alloy");
    CHECK(verdict.findings.front().stage == Stage::network);
  }
  SECTION("one is stopped") {
    old.status = "exited";
    silent.stack.found("docker_containers", "unix:/var/run/docker.sock",
                       DockerContainers{{silent.shop, silent.alloy, old}, 0});
    CHECK(silent.stack.judge().findings.empty());
  }
}

TEST_CASE("An engine that cannot be asked is told, and nothing is guessed of containers") {
  SilentShop silent;
  silent.stack.failed("docker_containers", "unix:/var/run/docker.sock", Reason::refused);
  const auto verdict = silent.stack.judge();
  REQUIRE(verdict.findings.size() == 2);
  CHECK(verdict.findings.front().cause == "source-silent");
  CHECK(verdict.findings.back().cause == "watcher-docker-socket-lost");
  CHECK(verdict.findings.back().severity == Severity::warning);
}

}  // namespace
}  // namespace lgtmwatch
