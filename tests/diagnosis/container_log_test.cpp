// What the logs of the stack's own containers tell apart.
#include <algorithm>
#include <catch2/catch.hpp>

#include "diagnosis/container_logs.hpp"
#include "tests/diagnosis/docker_stack.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;

constexpr WallTime now = moment_of_tests;

struct Logging : Watched {
  Logging() {
    with_docker();
    loki.started = alloy.started = now - 3h;
  }
  void says(const std::string& container, const std::string& text, Duration ago = 1min) {
    logs.logs.push_back({container, {{now - ago, text}}});
    found("docker_errors", engine, logs);
  }
  StackVerdict judge_all() {
    found("docker_containers", engine, DockerContainers{{loki, alloy}, 0});
    return judge();
  }

  Container loki = running("loki", {"backend"});
  Container alloy = running("alloy", {"backend"});
  ContainerLogs logs;
};

// Alloy's discovery of Docker fails, and nothing is tailed.
struct Undiscovered : Logging {
  Undiscovered() {
    newest("shop/logs@docker", 10min);
    expect_always("shop/logs@docker");
    found("alloy_scraper", "docker", AlloyScraper());
  }
};

Scrape failing(double count) {
  Scrape scrape;
  scrape.readings.counters.push_back(
      {{CounterKind::discovery_failures, "discovery.docker.containers", std::nullopt, "docker"}, count});
  return scrape;
}

// The words of Loki 3.6 whose volume belongs to root.
const std::string loki_denied = "mkdir /loki/rules: permission denied";
// Of Alloy 1.13 beside Docker 29.
const std::string alloy_too_old =
    "level=error msg=\"Unable to refresh target groups\" component_path=/ component_id=discovery.docker.containers "
    "err=\"error while listing containers: Error response from daemon: client version 1.43 is too old. Minimum "
    "supported "
    "API version is 1.44, please upgrade your client to a newer version\"";

}  // namespace

TEST_CASE("A backend that starts again and again because it may not write names its volume") {
  Logging stack;
  stack.failed("loki_ready", "loki:3100", Reason::refused);
  stack.loki.status = "restarting";
  stack.loki.exit_code = 1;
  stack.loki.restarts = 7;
  stack.says("loki", loki_denied);
  const auto verdict = stack.judge_all();
  REQUIRE(causes_of(verdict) == Causes{"volume-permission-denied"});
  const auto& finding = verdict.findings.front();
  CHECK(finding.stage == Stage::ingest);
  CHECK(finding.subject == "loki");
  CHECK(finding.state == State::broken);
  CHECK(finding.evidence.front().ends_with(" → 2026-11-22T12:54:39Z mkdir /loki/rules: permission denied"));
  CHECK(finding.consequences.front().starts_with("backend-down: Loki is down"));
  CHECK(finding.remedy.front().find("10001:10001") != std::string::npos);
  const auto state = std::any_of(finding.evidence.begin(), finding.evidence.end(),
                                 [](const auto& line) { return line.find("RestartCount 7") != std::string::npos; });
  CHECK(state);
}

TEST_CASE("A file that a running backend may not read is no reason why it does not answer") {
  Logging stack;
  stack.failed("loki_ready", "loki:3100", Reason::refused);
  stack.says("loki", loki_denied);
  CHECK(causes_of(stack.judge_all()) == Causes{"backend-down"});
}

TEST_CASE("Words of long ago say nothing of now") {
  Logging stack;
  stack.failed("loki_ready", "loki:3100", Reason::refused);
  stack.loki.status = "restarting";
  stack.loki.restarts = 7;
  stack.loki.started = now - 1min;
  stack.says("loki", loki_denied, 1h);
  CHECK(causes_of(stack.judge_all()) == Causes{"backend-down"});
}

TEST_CASE("What ended long ago speaks by its last words") {
  Logging stack;
  stack.failed("loki_ready", "loki:3100", Reason::refused);
  stack.loki.status = "exited";
  stack.loki.started = now - 2h;
  stack.says("loki", loki_denied, 1h);
  CHECK(causes_of(stack.judge_all()) == Causes{"volume-permission-denied"});
}

TEST_CASE("A full disk is told of a backend that is down, and of one that works all the same") {
  Logging stack;
  stack.says("loki", "level=error msg=\"failed to flush\" err=\"write /loki/wal/00000012: no space left on device\"");
  SECTION("down") {
    stack.failed("loki_ready", "loki:3100", Reason::refused);
    const auto verdict = stack.judge_all();
    REQUIRE(causes_of(verdict) == Causes{"disk-full-any-backend"});
    CHECK(verdict.findings.front().state == State::broken);
  }
  SECTION("working") {
    const auto verdict = stack.judge_all();
    REQUIRE(causes_of(verdict) == Causes{"disk-full-any-backend"});
    CHECK(verdict.findings.front().severity == Severity::warning);
    CHECK(verdict.findings.front().state == State::degraded);
    CHECK(verdict.findings.front().signals == std::vector<Signal>{Signal::logs});
  }
}

TEST_CASE("Alloy's log tells a version of the API that is refused from a socket that is not there") {
  Undiscovered stack;
  stack.scrapes({failing(1), failing(2)});
  SECTION("the version") {
    stack.says("alloy", alloy_too_old);
    const auto verdict = stack.judge_all();
    REQUIRE(causes_of(verdict) == Causes{"docker-api-version-mismatch"});
    CHECK(verdict.findings.front().stage == Stage::receive);
    CHECK(verdict.findings.front().alternatives.empty());
  }
  SECTION("the socket") {
    stack.says("alloy",
               "level=error msg=\"Unable to refresh target groups\" err=\"error while listing containers: permission "
               "denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock\"");
    const auto verdict = stack.judge_all();
    REQUIRE(causes_of(verdict) == Causes{"docker-socket-missing-or-denied"});
    CHECK(verdict.findings.front().alternatives.empty());
  }
  SECTION("no word of it") {
    const auto verdict = stack.judge_all();
    REQUIRE(causes_of(verdict) == Causes{"docker-socket-missing-or-denied"});
    CHECK(verdict.findings.front().alternatives == std::vector<std::string>{"docker-api-version-mismatch"});
  }
}

TEST_CASE("A discovery that counts its failures anew has not asked Docker again yet") {
  Undiscovered stack;
  stack.scrapes({failing(1), failing(2), failing(0)});
  CHECK(causes_of(stack.judge_all()) == Causes{"docker-socket-missing-or-denied"});
}

TEST_CASE("Of an Alloy that starts again and again its first error and its restarts are quoted") {
  Logging stack;
  stack.failed("alloy_ready", "gateway", Reason::refused);
  stack.refuses("backend", Reason::refused);
  stack.alloy.status = "restarting";
  stack.alloy.exit_code = 1;
  stack.alloy.restarts = 12;
  stack.logs.logs.push_back({"alloy",
                             {{now - 50s, "Error: /etc/alloy/config.alloy:3:1: unrecognized attribute name \"urll\""},
                              {now - 40s, "Error: could not perform the initial load successfully"}}});
  stack.found("docker_errors", engine, stack.logs);
  const auto verdict = stack.judge_all();
  REQUIRE(causes_of(verdict) == Causes{"alloy-down-or-crashloop"});
  const auto& evidence = verdict.findings.front().evidence;
  REQUIRE(evidence.size() >= 2);
  CHECK(evidence[evidence.size() - 2].find("State.Status restarting, ExitCode 1, OOMKilled false, RestartCount 12") !=
        std::string::npos);
  CHECK(evidence.back().find("config.alloy:3:1: unrecognized attribute name") != std::string::npos);
}

}  // namespace lgtmwatch
