#include <catch2/catch.hpp>

#include "tests/diagnosis/stack.hpp"

namespace lgtmwatch {
namespace {

const std::string search = "curl 'http://tempo:3200/api/search?q=x'";
const std::string range = "curl 'http://loki:3100/loki/api/v1/query_range?query=x'";

Error says(Reason reason, const std::string& what) { return {Phase::content, reason, what}; }

Error internal() { return says(Reason::http_status, "tempo:3200 answered 500: failed to open block"); }

const Finding& only_finding(const StackVerdict& verdict) {
  REQUIRE(verdict.findings.size() == 1);
  return verdict.findings.front();
}

State stage_of(const StackVerdict& verdict, const std::string& path, Signal signal, Stage stage) {
  for (const auto& each : verdict.paths)
    if (each.path == path && each.signal == signal)
      for (const auto& of_stage : each.stages)
        if (of_stage.stage == stage) return of_stage.state;
  FAIL("no such stage");
  return State::unknown;
}

TEST_CASE("A search that fails while canaries are found by their id is the search alone") {
  TestStack stack;
  stack.canaries(Signal::traces, "backend", {CanaryOutcome::visible, CanaryOutcome::visible});
  stack.answered("tempo_newest", "shop/traces@backend", internal(), search);
  const auto verdict = stack.judge();
  const auto& finding = only_finding(verdict);
  CHECK(finding.cause == "tempo-search-broken-by-id-works");
  CHECK(finding.stage == Stage::query);
  CHECK(finding.severity == Severity::critical);
  CHECK(finding.alternatives.empty());
  CHECK(finding.summary.find("failed to open block") != std::string::npos);
  CHECK(stage_of(verdict, "shop", Signal::traces, Stage::query) == State::broken);
  CHECK(verdict.signals.at(Signal::traces) == State::broken);
  CHECK(verdict.signals.at(Signal::logs) == State::healthy);
}

TEST_CASE("Without canaries it is not known whether a trace is found by its id, and the finding says so") {
  TestStack stack;
  stack.answered("tempo_newest", "shop/traces@backend", internal(), search);
  const auto verdict = stack.judge();
  const auto& finding = only_finding(verdict);
  CHECK(finding.cause == "tempo-search-broken-by-id-works");
  CHECK_FALSE(finding.alternatives.empty());
  CHECK(finding.remedy.back() == "ask for a trace that you know by its id: if that comes, it is the search alone");
}

TEST_CASE("A queue of queries that is full and a limit are told by what the backend says") {
  TestStack stack;
  SECTION("of Loki's queue") {
    stack.answered("loki_newest", "shop/logs@backend",
                   says(Reason::limit, "loki:3100 answered 429: too many outstanding requests"), range);
    CHECK(only_finding(stack.judge()).cause == "loki-too-many-outstanding");
  }
  SECTION("of Loki's series") {
    stack.answered(
        "loki_newest", "shop/logs@backend",
        says(Reason::http_status, "loki:3100 answered 400: maximum number of series (500) reached for a single query"),
        range);
    CHECK(only_finding(stack.judge()).cause == "query-limits-or-timeout");
  }
  SECTION("of time") {
    stack.answered("mimir_newest", "shop/metrics@backend",
                   says(Reason::http_status, "mimir:9009 answered 504: context deadline exceeded"), range);
    CHECK(only_finding(stack.judge()).cause == "query-limits-or-timeout");
  }
}

TEST_CASE("An error that says nothing of the kind leaves it open whose fault it is") {
  TestStack stack;
  stack.answered("loki_newest", "shop/logs@backend", says(Reason::http_status, "loki:3100 answered 500: oops"), range);
  const auto verdict = stack.judge();
  CHECK(only_finding(verdict).cause == "watcher-query-failed");
  CHECK(stage_of(verdict, "shop@backend", Signal::logs, Stage::query) == State::unknown);
}

TEST_CASE("A datasource whose query fails as the backend itself fails is its consequence") {
  TestStack stack;
  stack.with_grafana();
  stack.datasource("tempo", QueryAnswer::failed);
  stack.answered("tempo_newest", "shop/traces@backend", internal(), search);
  const auto verdict = stack.judge();
  CHECK(only_finding(verdict).cause == "tempo-search-broken-by-id-works");
  REQUIRE(only_finding(verdict).consequences.size() == 1);
  CHECK(only_finding(verdict).consequences.front().starts_with("Grafana's datasource tempo: "));
}

}  // namespace
}  // namespace lgtmwatch
