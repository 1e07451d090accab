#include <catch2/catch.hpp>

#include "tests/diagnosis/stack.hpp"

namespace lgtmwatch {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

using Causes = std::vector<std::string>;

Causes causes_of(const StackVerdict& verdict) {
  Causes causes;
  for (const auto& finding : verdict.findings) causes.push_back(finding.cause);
  return causes;
}

State visualize_state(const StackVerdict& verdict, Signal signal) {
  for (const auto& path : verdict.paths)
    if (path.signal == signal && path.stages.back().stage == Stage::visualize) return path.stages.back().state;
  FAIL("no stage visualize");
  return State::unknown;
}

TestStack with_grafana() {
  TestStack stack;
  stack.with_grafana();
  return stack;
}

}  // namespace

TEST_CASE("A stack without a Grafana has no stage visualize, and one with it has") {
  CHECK(TestStack().judge().paths.front().stages.size() == 7);
  const auto verdict = with_grafana().judge();
  CHECK(verdict.state == State::healthy);
  CHECK(verdict.findings.empty());
  CHECK(criteria_met(verdict) == verdict.criteria.size());
  CHECK(visualize_state(verdict, Signal::traces) == State::healthy);
}

TEST_CASE("A Grafana that is away is one finding: the stage and the stack are broken, the signals degraded") {
  struct Case {
    Reason reason;
    std::string cause;
  };
  for (const auto& each : {Case{Reason::refused, "grafana-down-or-db"}, Case{Reason::timeout, "grafana-hung"}}) {
    auto stack = with_grafana();
    stack.failed("grafana_ready", "grafana:3000", each.reason);
    for (const auto* backend : {"loki", "tempo", "mimir"}) stack.failed("grafana_datasource", backend, each.reason);
    const auto verdict = stack.judge();
    CHECK(causes_of(verdict) == Causes{each.cause});
    CHECK(verdict.state == State::broken);
    for (const auto signal : all_signals) {
      CHECK(visualize_state(verdict, signal) == State::broken);
      CHECK(verdict.signals.at(signal) == State::degraded);
    }
  }
}

TEST_CASE("A Grafana whose database fails is down, in its own words") {
  auto stack = with_grafana();
  stack.found("grafana_ready", "grafana:3000", Readiness{false, "its database is failing"});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"grafana-down-or-db"});
  CHECK(verdict.findings.front().summary == "Grafana says that it is not ready: its database is failing");
}

TEST_CASE("A datasource that fails as lgtmwatch's own questions to its backend do follows from that") {
  auto stack = with_grafana();
  stack.datasource("loki", QueryAnswer::failed);
  CHECK(causes_of(stack.judge()) == Causes{"grafana-ds-query-failed"});
  stack.failed("loki_labels", "loki:3100", Reason::http_status);
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"watcher-query-failed"});
  CHECK(verdict.findings.front().consequences.back().starts_with("Grafana's datasource loki: "));
}

TEST_CASE("What comes of a query through a datasource names the cause") {
  struct Case {
    QueryAnswer answer;
    std::string cause;
  };
  const std::vector<Case> cases{
      {QueryAnswer::missing, "grafana-ds-missing"},        {QueryAnswer::unreachable, "grafana-ds-wrong-url"},
      {QueryAnswer::stranger, "grafana-ds-wrong-url"},     {QueryAnswer::unauthorized, "grafana-ds-auth-rejected"},
      {QueryAnswer::hidden, "grafana-ds-green-but-empty"}, {QueryAnswer::failed, "grafana-ds-query-failed"},
      {QueryAnswer::silent, "grafana-ds-query-failed"},
  };
  for (const auto& each : cases) {
    INFO(each.cause);
    auto stack = with_grafana();
    stack.datasource("loki", each.answer);
    const auto verdict = stack.judge();
    REQUIRE(causes_of(verdict) == Causes{each.cause});
    CHECK(verdict.findings.front().subject == "loki");
    CHECK(verdict.findings.front().stage == Stage::visualize);
    CHECK(visualize_state(verdict, Signal::logs) == State::broken);
    CHECK(verdict.signals.at(Signal::logs) == State::degraded);
    CHECK(verdict.signals.at(Signal::metrics) == State::healthy);
  }
}

TEST_CASE("A uid that is missing while others of its type exist was changed") {
  auto stack = with_grafana();
  stack.datasource("loki", QueryAnswer::missing, {"P8E80F9AEF21F6940"});
  CHECK(causes_of(stack.judge()) == Causes{"grafana-ds-uid-changed"});
}

TEST_CASE("A datasource that brings nothing while its backend has nothing either is unknown, and no finding") {
  auto stack = with_grafana();
  stack.datasource("tempo", QueryAnswer::nothing);
  const auto verdict = stack.judge();
  CHECK(verdict.findings.empty());
  CHECK(verdict.signals.at(Signal::traces) == State::unknown);
}

TEST_CASE(
    "The datasource of a backend that is down follows from that, and one of a backend that came back is no fault") {
  auto down = with_grafana();
  down.failed("loki_ready", "loki:3100", Reason::refused);
  down.datasource("loki", QueryAnswer::unreachable);
  const auto verdict = down.judge();
  REQUIRE(causes_of(verdict) == Causes{"backend-down"});
  CHECK(verdict.findings.front().consequences.back() == "Grafana's datasource loki: it answers so");
  CHECK(visualize_state(verdict, Signal::logs) == State::unknown);

  auto back = with_grafana();
  back.datasource("loki", QueryAnswer::unreachable);
  back.recovered("loki_ready", "loki:3100", seconds(119));
  CHECK(back.judge().findings.empty());
  back.recovered("loki_ready", "loki:3100", minutes(2));
  CHECK(causes_of(back.judge()) == Causes{"grafana-ds-wrong-url"});
}

TEST_CASE("A first failure of the backend or of Grafana holds back what would blame a datasource") {
  auto loki = with_grafana();
  loki.failed_once("loki_ready", "loki:3100", Reason::refused);
  loki.datasource("loki", QueryAnswer::unreachable);
  CHECK(loki.judge().findings.empty());

  auto grafana = with_grafana();
  grafana.failed_once("grafana_ready", "grafana:3000", Reason::timeout);
  grafana.datasource("loki", QueryAnswer::silent);
  CHECK(grafana.judge().findings.empty());
}

TEST_CASE("A rejected token leaves unknown what people see, and breaks nothing") {
  auto stack = with_grafana();
  for (const auto* backend : {"loki", "tempo", "mimir"}) stack.failed("grafana_datasource", backend, Reason::auth);
  const auto verdict = stack.judge();
  CHECK(causes_of(verdict) == Causes{"watcher-auth-rejected"});
  CHECK(verdict.state == State::unknown);
  CHECK(visualize_state(verdict, Signal::logs) == State::unknown);
}

TEST_CASE("What people cannot see explains no silence of a source") {
  auto stack = with_grafana();
  stack.datasource("mimir", QueryAnswer::unreachable);
  stack.newest("shop/metrics@backend", minutes(5));
  CHECK(stack.judge().signals.at(Signal::metrics) == State::broken);
}

}  // namespace lgtmwatch
