#include <catch2/catch.hpp>

#include "tests/diagnosis/stack.hpp"

namespace lgtmwatch {
namespace {

using enum CanaryOutcome;

const Finding& only_finding(const StackVerdict& verdict) {
  REQUIRE(verdict.findings.size() == 1);
  return verdict.findings.front();
}

std::string state_of(const StackVerdict& verdict) {
  REQUIRE(verdict.canaries.size() == 1);
  return std::string(to_string(verdict.canaries.front().state));
}

StackVerdict with_canaries(std::vector<CanaryOutcome> newest_first, int overdue = 0) {
  TestStack stack;
  stack.canaries(Signal::logs, "backend", std::move(newest_first), overdue);
  return stack.judge();
}

std::shared_ptr<const CanaryRoutePlan> of_scrape(CanaryRoutePlan plan) {
  plan.entrance = CanaryEntrance::scrape;
  return std::make_shared<const CanaryRoutePlan>(std::move(plan));
}

}  // namespace

TEST_CASE("Canaries that come back are healthy, and no finding") {
  const auto verdict = with_canaries({visible, visible});
  CHECK(verdict.state == State::healthy);
  CHECK(verdict.findings.empty());
  CHECK(criteria_met(verdict) == verdict.criteria.size());
}

TEST_CASE("Before the first canary is settled its route is unknown, and nobody is alarmed") {
  const auto verdict = with_canaries({});
  CHECK(state_of(verdict) == "unknown");
  CHECK(verdict.findings.empty());
  CHECK(verdict.state == State::unknown);
}

TEST_CASE("One bad canary beside a good one is degraded, two in a row are broken") {
  CHECK(state_of(with_canaries({lost, visible})) == "degraded");
  CHECK(state_of(with_canaries({lost, lost})) == "broken");
  CHECK(state_of(with_canaries({visible, lost})) == "healthy");
  CHECK(state_of(with_canaries({visible, visible}, 1)) == "degraded");
  CHECK(state_of(with_canaries({visible, visible}, 2)) == "broken");
  CHECK(state_of(with_canaries({}, 1)) == "broken");
  CHECK(state_of(with_canaries({late, visible})) == "degraded");
  CHECK(state_of(with_canaries({unknown, visible})) == "unknown");
}

TEST_CASE("Overdue canaries break the signal, and the finding says which way and what to look at") {
  const auto verdict = with_canaries({}, 2);
  const auto& finding = only_finding(verdict);
  CHECK(finding.cause == "canary-not-arriving");
  CHECK(finding.subject == "backend");
  CHECK(finding.path == "canary/backend");
  CHECK(finding.stage == Stage::ingest);
  CHECK_FALSE(finding.evidence.empty());
  CHECK_FALSE(finding.remedy.empty());
  CHECK(verdict.signals.at(Signal::logs) == State::broken);
  CHECK(verdict.signals.at(Signal::traces) == State::healthy);
}

TEST_CASE("Where a canary past Alloy arrives, the way through Alloy is broken at the export") {
  TestStack stack;
  stack.canaries(Signal::logs, "backend", {lost, lost});
  stack.canaries(Signal::logs, "direct-push", {visible, visible});
  CHECK(only_finding(stack.judge()).stage == Stage::export_);
}

TEST_CASE("Where the write is refused the door is what is broken") {
  CHECK(only_finding(with_canaries({rejected, rejected})).cause == "canary-rejected");
  CHECK(only_finding(with_canaries({rejected, rejected})).stage == Stage::receive);
}

TEST_CASE("A single canary that a backend refuses waits until the backend was asked what it throws away") {
  TestStack stack;
  stack.canaries(Signal::logs, "direct-push", {rejected, visible});
  stack.last_canaries().last->written = moment_of_tests - std::chrono::seconds(5);
  const auto counted = [&](Duration ago) {
    RunRecord run{BackendCounters{}};
    run.at = moment_of_tests - ago;
    stack.facts_of("loki_metrics", "loki:3100").last = std::make_shared<const RunRecord>(std::move(run));
  };
  counted(std::chrono::seconds(10));
  CHECK(stack.judge().findings.empty());
  SECTION("it was, and says nothing of it") { counted(std::chrono::seconds(1)); }
  SECTION("a second one is refused") { stack.last_canaries().recent = {rejected, rejected}; }
  CHECK(only_finding(stack.judge()).cause == "canary-rejected");
}

TEST_CASE("What explains more takes the canaries as its consequence") {
  TestStack stack;
  stack.failed("loki_ready", "loki:3100", Reason::refused);
  stack.canaries(Signal::logs, "backend", {}, 2);
  const auto verdict = stack.judge();
  CHECK(only_finding(verdict).cause == "backend-down");
  CHECK(only_finding(verdict).consequences.back() == "canary/backend/logs: 2 overdue after 30s");
}

namespace {

StackVerdict with_form(Signal signal, const std::string& route, CanaryForm form, std::vector<CanaryOutcome> outcomes) {
  TestStack stack;
  stack.canaries(signal, route, {visible, visible});
  stack.canaries_of_form(form, std::move(outcomes));
  return stack.judge();
}

std::string cause_and_stage(const StackVerdict& verdict) {
  const auto& finding = only_finding(verdict);
  return finding.cause + " at " + std::string(to_string(finding.stage));
}

}  // namespace

TEST_CASE("What refuses only new streams or series, large messages or lines out of order is named by its canary") {
  using enum CanaryForm;
  CHECK(cause_and_stage(with_form(Signal::logs, "backend", fresh_label, {lost, lost})) ==
        "loki-stream-limit at ingest");
  CHECK(cause_and_stage(with_form(Signal::metrics, "backend", fresh_label, {rejected, lost})) ==
        "mimir-series-limit at ingest");
  CHECK(cause_and_stage(with_form(Signal::logs, "backend", unordered, {lost, lost})) ==
        "loki-too-old-or-behind at ingest");
  CHECK(cause_and_stage(with_form(Signal::traces, "backend", large, {lost, lost})) ==
        "exporter-grpc-message-too-large at export");
  CHECK(cause_and_stage(with_form(Signal::traces, "backend", large, {rejected, rejected})) ==
        "otlp-batch-too-large-source at receive");
  CHECK(cause_and_stage(with_form(Signal::logs, "direct-push", large, {rejected, rejected})) ==
        "loki-rate-limited at ingest");
}

TEST_CASE("Lines that Loki finds too long are not taken for a rate") {
  TestStack stack;
  stack.canaries(Signal::logs, "direct-push", {visible, visible});
  stack.canaries_of_form(CanaryForm::large, {rejected, rejected});
  stack.last_canaries().other_forms.back().last->trouble =
      "answered 400: 10 errors like: max entry size '2048' bytes exceeded for stream "
      "'{service_name=\"lgtmwatch-canary\"}' "
      "while adding an entry with length '200009'";
  CHECK(cause_and_stage(stack.judge()) == "loki-invalid-labels-or-line at ingest");
}

TEST_CASE("Such a fault degrades its signal, says what was answered, and leaves the route healthy") {
  const auto verdict = with_form(Signal::logs, "backend", CanaryForm::fresh_label, {rejected, rejected});
  CHECK(verdict.signals.at(Signal::logs) == State::degraded);
  CHECK(state_of(verdict) == "healthy");
  CHECK(only_finding(verdict).severity == Severity::warning);
  CHECK(only_finding(verdict).summary ==
        "small canaries pass through backend, one with a label that is new does not: the last two were rejected and "
        "rejected (answered 429)");
}

TEST_CASE("One canary of a form that went wrong alarms nobody, nor one that was late or could not be asked for") {
  for (const auto& outcomes :
       std::vector<std::vector<CanaryOutcome>>{{lost}, {lost, visible}, {late, late}, {unknown, lost}, {lost, unknown}})
    CHECK(with_form(Signal::logs, "backend", CanaryForm::large, outcomes).findings.empty());
}

TEST_CASE("While plain canaries do not come back, those of other forms say nothing") {
  TestStack stack;
  stack.canaries(Signal::logs, "backend", {lost, lost});
  stack.canaries_of_form(CanaryForm::large, {lost, lost});
  CHECK(only_finding(stack.judge()).cause == "canary-not-arriving");
}

TEST_CASE("One limit that refuses through several routes is one finding") {
  TestStack stack;
  for (const auto* route : {"backend", "direct-push"}) {
    stack.canaries(Signal::logs, route, {visible, visible});
    stack.canaries_of_form(CanaryForm::fresh_label, {rejected, rejected});
  }
  const auto verdict = stack.judge();
  CHECK(only_finding(verdict).consequences ==
        std::vector<std::string>{"canary/direct-push/logs fresh_label: the last two were rejected and rejected"});
}

TEST_CASE("Canaries that come back do not make a signal healthy of which no application sends anything") {
  TestStack stack;
  stack.found("loki_labels", "loki:3100", LokiLabels{0});
  stack.canaries(Signal::logs, "backend", {visible, visible});
  for (const auto* target : {"shop/logs@backend", "shop/logs@docker"}) stack.newest(target, std::chrono::hours(1));
  CHECK(stack.judge().signals.at(Signal::logs) == State::broken);
}

TEST_CASE("A file that cannot be written is the source's fault, and nobody's behind it") {
  TestStack stack;
  stack.canaries(Signal::logs, "app-files", {rejected, rejected});
  auto plan = *stack.last_canaries().plan;
  plan.entrance = CanaryEntrance::file;
  stack.last_canaries().plan = std::make_shared<const CanaryRoutePlan>(std::move(plan));
  const auto verdict = stack.judge();
  CHECK(only_finding(verdict).cause == "canary-rejected");
  CHECK(only_finding(verdict).stage == Stage::source);
  CHECK(verdict.paths.back().stages.front().stage == Stage::source);
  CHECK(verdict.paths.back().stages.front().state == State::broken);
}

TEST_CASE("A container whose log driver keeps nothing is the cause at the source, and the driver the remedy") {
  TestStack stack;
  stack.canaries(Signal::logs, "stdout", {rejected, rejected});
  auto plan = *stack.last_canaries().plan;
  plan.entrance = CanaryEntrance::standard_output;
  plan.container = "lgtmwatch";
  stack.last_canaries().plan = std::make_shared<const CanaryRoutePlan>(std::move(plan));
  stack.last_canaries().last->log_unreadable = true;
  const auto verdict = stack.judge();
  CHECK(only_finding(verdict).cause == "docker-log-driver-unreadable");
  CHECK(only_finding(verdict).stage == Stage::source);
  CHECK(only_finding(verdict).remedy.front() ==
        "run the container lgtmwatch with the log driver json-file, local or journald");
}

TEST_CASE("A route that only a daemon can use is listed as not checked, and touches nothing else") {
  TestStack stack;
  const auto before = stack.judge();
  stack.canaries(Signal::metrics, "scrape", {});
  stack.last_canaries().checked = false;
  const auto verdict = stack.judge();
  REQUIRE(verdict.canaries.size() == 1);
  CHECK_FALSE(verdict.canaries.front().checked);
  CHECK(verdict.criteria.size() == before.criteria.size());
  CHECK(verdict.paths.size() == before.paths.size());
  CHECK(verdict.state == State::healthy);
}

TEST_CASE("Where nobody scrapes lgtmwatch that is what is said, and not that Mimir loses it") {
  TestStack stack;
  stack.canaries(Signal::metrics, "scrape", {unacknowledged, unacknowledged}, 1);
  stack.last_canaries().plan = of_scrape(*stack.last_canaries().plan);
  SECTION("nobody comes") {
    const auto finding = only_finding(stack.judge());
    CHECK(finding.cause == "watcher-metrics-not-in-mimir");
    CHECK(finding.stage == Stage::receive);
    CHECK_THAT(finding.remedy.front(), Catch::StartsWith("scrape /metrics of lgtmwatch"));
  }
  SECTION("it is scraped, and is not found") {
    stack.last_canaries().last->acknowledged = true;
    CHECK(only_finding(stack.judge()).cause == "watcher-metrics-not-in-mimir");
    CHECK(only_finding(stack.judge()).stage == Stage::ingest);
  }
}

TEST_CASE("An overdue canary after which two others came back is what is left of something that is over") {
  TestStack stack;
  stack.canaries(Signal::logs, "backend", {visible, visible}, 1);
  auto& route = stack.last_canaries();
  const auto overdue = route.unseen.front();
  route.came_back = {overdue + std::chrono::seconds(10), overdue - std::chrono::seconds(10)};
  CHECK(only_finding(stack.judge()).cause == "canary-not-arriving");
  route.came_back = {overdue + std::chrono::seconds(20), overdue + std::chrono::seconds(10)};
  CHECK(stack.judge().findings.empty());
  CHECK(state_of(stack.judge()) == "healthy");
  CHECK(stack.judge().canaries.front().overdue == 1);
}

TEST_CASE("Canaries that all come late are late, also while the next one is overdue") {
  TestStack stack;
  stack.canaries(Signal::traces, "backend", {late, late}, 1);
  CHECK(only_finding(stack.judge()).cause == "canary-late");
  CHECK(only_finding(stack.judge()).summary.find("the last was late") != std::string::npos);
  CHECK(state_of(stack.judge()) == "degraded");

  stack.last_canaries().unseen = {moment_of_tests - std::chrono::seconds(70)};
  CHECK(only_finding(stack.judge()).cause == "canary-not-arriving");

  CHECK(only_finding(with_canaries({visible, visible}, 1)).cause == "canary-not-arriving");
}

}  // namespace lgtmwatch
