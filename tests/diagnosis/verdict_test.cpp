#include <catch2/catch.hpp>

#include "tests/diagnosis/stack.hpp"

namespace lgtmwatch {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

std::vector<std::string> causes_of(const StackVerdict& verdict) {
  std::vector<std::string> causes;
  for (const auto& finding : verdict.findings) causes.push_back(finding.cause);
  return causes;
}

using Causes = std::vector<std::string>;

State stage_state(const StackVerdict& verdict, const std::string& path, Signal signal, Stage stage) {
  for (const auto& each : verdict.paths)
    for (const auto& found : each.stages)
      if (each.path == path && each.signal == signal && found.stage == stage) return found.state;
  FAIL("no such stage");
  return State::unknown;
}

}  // namespace

TEST_CASE("A stack in which everything arrives is healthy, and every criterion is met") {
  const auto verdict = TestStack().judge();
  CHECK(verdict.state == State::healthy);
  CHECK(verdict.findings.empty());
  CHECK(criteria_met(verdict) == verdict.criteria.size());
}

TEST_CASE("Quiet traces of an idle application are unknown, not broken") {
  TestStack stack;
  stack.newest("shop/traces@backend", minutes(5));
  stack.newest("shop/logs@backend", minutes(5));
  stack.newest("shop/logs@docker", minutes(5));
  const auto verdict = stack.judge();
  CHECK(verdict.findings.empty());
  CHECK(verdict.signals.at(Signal::traces) == State::unknown);
  CHECK(verdict.signals.at(Signal::metrics) == State::healthy);
  CHECK(stage_state(verdict, "shop", Signal::traces, Stage::source) == State::unknown);
}

TEST_CASE("Quiet traces are broken where they are always expected, or where logs show activity") {
  TestStack always;
  always.newest("shop/traces@backend", minutes(5));
  always.newest("shop/logs@backend", minutes(5));
  always.newest("shop/logs@docker", minutes(5));
  always.expect_always("shop/traces@backend");
  CHECK(causes_of(always.judge()) == Causes{"otlp-disabled-or-sampled-out"});

  TestStack active;
  active.newest("shop/traces@backend", minutes(5));
  CHECK(causes_of(active.judge()) == Causes{"otlp-disabled-or-sampled-out"});
}

TEST_CASE("An application that goes idle stops its logs before its traces grow stale, and that is no fault") {
  TestStack stack;
  stack.newest("shop/logs@backend", seconds(61));
  stack.newest("shop/logs@docker", seconds(61));
  stack.newest("shop/traces@backend", seconds(59));
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("An application that wakes shows its traces later than its logs, and that is no fault at first") {
  TestStack stack;
  stack.newest("shop/traces@backend", minutes(60));
  stack.newest("shop/logs@docker", seconds(1));
  stack.newest("shop/logs@backend", seconds(1));
  stack.active_since("shop/logs@docker", seconds(30));
  stack.active_since("shop/logs@backend", seconds(30));
  CHECK(stack.judge().findings.empty());
  stack.active_since("shop/logs@docker", seconds(90));
  CHECK(causes_of(stack.judge()) == Causes{"otlp-disabled-or-sampled-out"});
}

TEST_CASE("A source whose container goes on logging while all that it exports is silent is one finding") {
  TestStack stack;
  for (const auto* target : {"shop/metrics@backend", "shop/logs@backend", "shop/traces@backend"})
    stack.newest(target, minutes(5));
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"source-silent"});
  CHECK(verdict.findings.front().signals.size() == 3);
  CHECK(verdict.findings.front().path.empty());
}

TEST_CASE("A dead backend is one cause; the silence of its sources follows from it") {
  TestStack stack;
  stack.failed("loki_ready", "loki:3100", Reason::refused);
  stack.failed("loki_newest", "shop/logs@docker", Reason::refused);
  stack.newest("shop/logs@backend", minutes(5));
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"backend-down"});
  CHECK(verdict.findings.front().consequences.size() == 1);
  CHECK(stage_state(verdict, "shop@docker", Signal::logs, Stage::ingest) == State::broken);
  CHECK(stage_state(verdict, "shop@docker", Signal::logs, Stage::query) == State::unknown);
}

TEST_CASE("Two independent faults are two findings") {
  TestStack stack;
  stack.failed("loki_ready", "loki:3100", Reason::timeout);
  stack.refuses("backend", Reason::refused);
  CHECK(causes_of(stack.judge()) == Causes{"backend-hung", "alloy-receiver-not-listening"});
}

TEST_CASE("An Alloy that is gone explains its receivers and everything that came through them") {
  TestStack stack;
  stack.failed("alloy_ready", "gateway", Reason::refused);
  stack.failed("alloy_controller", "gateway", Reason::refused);
  stack.refuses("backend", Reason::refused);
  for (const auto* target : {"shop/metrics@backend", "shop/logs@backend", "shop/logs@docker", "shop/traces@backend"})
    stack.newest(target, minutes(5));
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"alloy-down-or-crashloop"});
  CHECK(verdict.findings.front().consequences.size() == 5);
}

TEST_CASE("An Alloy whose receivers accept is not down because its own port is closed to us") {
  TestStack stack;
  stack.failed("alloy_ready", "gateway", Reason::refused);
  const auto verdict = stack.judge();
  CHECK(causes_of(verdict) == Causes{"alloy-http-only-loopback"});
  CHECK(verdict.signals.at(Signal::logs) == State::healthy);
}

TEST_CASE("An Alloy without an OTLP receiver is alive while records younger than our question come through it") {
  TestStack stack;
  stack.refuses("backend", Reason::refused);
  stack.failed("alloy_ready", "gateway", Reason::refused);
  stack.newest("shop/logs@docker", seconds(-1));
  CHECK(stack.judge().findings.front().cause != "alloy-down-or-crashloop");
}

TEST_CASE("Certificates and credentials that only lgtmwatch lacks are no fault of a receiver") {
  TestStack tls;
  tls.refuses("backend", Reason::tls);
  CHECK(causes_of(tls.judge()) == Causes{"watcher-uses-another-path-than-apps"});
  CHECK(tls.judge().receivers.front().state == State::unknown);

  TestStack auth;
  auth.refuses("backend", Reason::auth);
  for (const auto* target : {"shop/metrics@backend", "shop/logs@backend", "shop/logs@docker", "shop/traces@backend"})
    auth.newest(target, minutes(5));
  CHECK(causes_of(auth.judge()).front() != "receiver-refusing");
  CHECK(auth.judge().receivers.front().state == State::unknown);
}

TEST_CASE("A backend that stays not ready while its sources are stale is broken, not restarting") {
  TestStack stack;
  stack.found("loki_ready", "loki:3100", Readiness{false, "Starting: 1"});
  stack.newest("shop/logs@docker", minutes(6));
  stack.newest("shop/logs@backend", minutes(6));
  stack.bad_since("loki_ready", "loki:3100", minutes(4));
  CHECK(stack.judge().signals.at(Signal::logs) == State::degraded);
  stack.bad_since("loki_ready", "loki:3100", minutes(5));
  const auto verdict = stack.judge();
  CHECK(causes_of(verdict) == Causes{"backend-not-ready"});
  CHECK(verdict.signals.at(Signal::logs) == State::broken);
}

TEST_CASE("Without a way to anything lgtmwatch doubts itself first, and nothing is broken") {
  TestStack stack;
  stack.failed("loki_ready", "loki:3100", Reason::dns);
  stack.failed("tempo_ready", "tempo:3200", Reason::dns);
  stack.failed("mimir_ready", "mimir:9009", Reason::dns);
  stack.failed("alloy_ready", "gateway", Reason::dns);
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"watcher-not-on-network"});
  CHECK(verdict.findings.front().stage == Stage::watch);
  CHECK(verdict.state == State::unknown);
  for (const auto& criterion : verdict.criteria) CHECK(criterion.state <= State::unknown);
}

TEST_CASE("A receiver that only lgtmwatch cannot reach is its own problem while records arrive through it") {
  TestStack stack;
  stack.refuses("backend", Reason::dns);
  const auto verdict = stack.judge();
  CHECK(causes_of(verdict) == Causes{"watcher-uses-another-path-than-apps"});
  CHECK(verdict.signals.at(Signal::metrics) == State::unknown);
}

TEST_CASE("An Alloy that only lgtmwatch cannot reach stays so while its sources are fresh, whenever it is asked") {
  TestStack stack;
  stack.failed("alloy_ready", "gateway", Reason::dns);
  stack.refuses("backend", Reason::dns);
  stack.bad_since("alloy_ready", "gateway", minutes(2));
  CHECK_THAT(causes_of(stack.judge()), Catch::VectorContains(std::string("alloy-http-only-loopback")));
  for (const auto* target : {"shop/metrics@backend", "shop/logs@backend", "shop/traces@backend", "shop/logs@docker"})
    stack.newest(target, minutes(5));
  CHECK_THAT(causes_of(stack.judge()), Catch::VectorContains(std::string("alloy-down-or-crashloop")));
}

TEST_CASE("Bad news of something greater that is not confirmed holds back what would blame something smaller") {
  TestStack tempo;
  tempo.failed_once("tempo_ready", "tempo:3200", Reason::timeout);
  tempo.failed("tempo_services", "tempo:3200", Reason::timeout);
  CHECK(tempo.judge().findings.empty());

  TestStack alloy;
  alloy.failed_once("alloy_ready", "gateway", Reason::timeout);
  alloy.refuses("backend", Reason::timeout);
  CHECK(alloy.judge().findings.empty());
}

TEST_CASE("A backend that does not let us read leaves its signal unknown, not empty") {
  TestStack stack;
  stack.failed("tempo_services", "tempo:3200", Reason::tenant);
  stack.failed("tempo_newest", "shop/traces@backend", Reason::tenant);
  stack.newest("shop/traces@backend", minutes(5));
  stack.failed("tempo_newest", "shop/traces@backend", Reason::tenant);
  const auto verdict = stack.judge();
  CHECK(causes_of(verdict) == Causes{"watcher-tenant-missing"});
  CHECK(verdict.signals.at(Signal::traces) == State::unknown);
}

TEST_CASE("A backend whose last answer held a young record is not empty, whatever its index says") {
  TestStack stack;
  stack.found("loki_labels", "loki:3100", LokiLabels{0});
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("A backend that holds nothing of an application is named as such, and stale sources follow from it") {
  TestStack stack;
  stack.found("loki_labels", "loki:3100", LokiLabels{0});
  stack.newest("shop/logs@docker", minutes(5));
  stack.newest("shop/logs@backend", minutes(5));
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"loki-without-labels"});
  CHECK(verdict.findings.front().consequences.size() == 2);
  CHECK(verdict.signals.at(Signal::logs) == State::broken);
}

TEST_CASE("A backend that restarts is not empty, and its sources are not silent, before it is ready") {
  TestStack stack;
  stack.found("loki_ready", "loki:3100", Readiness{false, "Starting: 1"});
  stack.found("loki_labels", "loki:3100", LokiLabels{0});
  stack.newest("shop/logs@docker", minutes(5));
  const auto verdict = stack.judge();
  CHECK(causes_of(verdict) == Causes{"backend-not-ready"});
  CHECK(verdict.signals.at(Signal::logs) == State::degraded);
}

TEST_CASE("A backend that is coming back may fail questions without being called unreadable") {
  TestStack stack;
  stack.found("loki_ready", "loki:3100", Readiness{false, "Starting: 1"});
  stack.failed("loki_labels", "loki:3100", Reason::http_status);
  CHECK(causes_of(stack.judge()) == Causes{"backend-not-ready"});
}

TEST_CASE("What was held back while something was down has two minutes to arrive") {
  struct Case {
    std::string probe, target;
  };
  const std::vector<Case> cases{
      {"mimir_ready", "mimir:9009"}, {"alloy_ready", "gateway"}, {"otlp_http_receiver", "backend"}};
  for (const auto& each : cases) {
    INFO(each.probe);
    TestStack stack;
    stack.newest("shop/metrics@backend", minutes(5));
    stack.recovered(each.probe, each.target, seconds(119));
    CHECK(stack.judge().findings.empty());
    CHECK(stack.judge().signals.at(Signal::metrics) == State::unknown);
    stack.recovered(each.probe, each.target, seconds(120));
    CHECK(causes_of(stack.judge()) == Causes{"source-silent"});
  }
}

TEST_CASE("A rejected reload degrades the stack and breaks no signal") {
  TestStack stack;
  AlloyController controller;
  SECTION("what could not be parsed is told by the metrics") { controller.config_loaded = false; }
  SECTION("what could not be evaluated is told by its component alone") {
    controller.config_loaded = true;
    controller.rejected = {{"prometheus.scrape.shop", "unrecognized attribute name"}};
  }
  stack.found("alloy_controller", "gateway", controller);
  const auto verdict = stack.judge();
  CHECK(causes_of(verdict) == Causes{"alloy-reload-rejected"});
  CHECK(verdict.state == State::degraded);
  CHECK(verdict.signals.at(Signal::logs) == State::healthy);
}

TEST_CASE("A record exactly as old as max_age is fresh, one second more is not") {
  TestStack stack;
  stack.newest("shop/metrics@backend", minutes(1));
  CHECK(stack.judge().state == State::healthy);
  stack.newest("shop/metrics@backend", minutes(1) + seconds(1));
  CHECK(stack.judge().signals.at(Signal::metrics) == State::broken);
}

}  // namespace lgtmwatch
