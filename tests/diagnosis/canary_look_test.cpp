#include <catch2/catch.hpp>

#include "tests/diagnosis/stack.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;
using enum CanaryLookResult;
using Results = std::vector<CanaryLookResult>;

const CanaryLookPlan by_search{"search", CanaryRead::search, 5s, 2min, 5s, 5min};
const CanaryLookPlan through_grafana{"grafana", CanaryRead::grafana, 0s, 60s, 10s, 5min};
const CanaryLookPlan a_day_old{"25h", CanaryRead::query, 25h, 26h, 60s, 1h};

Error says_500() { return {Phase::content, Reason::http_status, "tempo:3200 answered 500: failed to open block"}; }
Error refused() { return {Phase::connect, Reason::refused, "grafana:3000 refused the connection"}; }

StackVerdict with_looks(Signal signal, const CanaryLookPlan& plan, Results newest_first,
                        std::optional<Error> failure = {}, std::uint64_t found_before = 0) {
  TestStack stack;
  stack.canaries(signal, "backend", {CanaryOutcome::visible, CanaryOutcome::visible});
  stack.canary_looks(plan, std::move(newest_first), std::move(failure), found_before);
  return stack.judge();
}

std::string only_cause(const StackVerdict& verdict) {
  REQUIRE(verdict.findings.size() == 1);
  return verdict.findings.front().cause;
}

TEST_CASE("Looks that find their canary are no finding, nor is a single one that does not") {
  CHECK(with_looks(Signal::traces, by_search, {found, found}).findings.empty());
  CHECK(with_looks(Signal::traces, by_search, {missing, found}).findings.empty());
  CHECK(with_looks(Signal::traces, by_search, {missing}).findings.empty());
  CHECK(with_looks(Signal::traces, by_search, {found, missing}).findings.empty());
}

TEST_CASE("A search that fails or finds nothing twice while the id finds it is a fault of the query") {
  const auto failing = with_looks(Signal::traces, by_search, {unknown, unknown}, says_500());
  CHECK(only_cause(failing) == "tempo-search-broken-by-id-works");
  const auto& finding = failing.findings.front();
  CHECK(finding.stage == Stage::query);
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.signals == std::vector<Signal>{Signal::traces});
  CHECK(finding.summary.find("failed to open block") != std::string::npos);
  CHECK_FALSE(finding.evidence.empty());
  CHECK(only_cause(with_looks(Signal::traces, by_search, {missing, missing})) == "tempo-search-broken-by-id-works");
}

TEST_CASE("What a Tempo that has begun anew does not find yet is no fault of its search") {
  TestStack stack;
  stack.canaries(Signal::traces, "backend", {CanaryOutcome::visible, CanaryOutcome::visible});
  stack.canary_looks(by_search, {missing, missing}, {}, 0);
  stack.recovered("tempo_ready", "tempo:3200", 299s);
  CHECK(stack.judge().findings.empty());
  stack.recovered("tempo_ready", "tempo:3200", 300s);
  CHECK(only_cause(stack.judge()) == "tempo-search-broken-by-id-works");
}

TEST_CASE("A look that could not be asked says nothing") {
  CHECK(with_looks(Signal::traces, by_search, {unknown, unknown}, refused()).findings.empty());
  CHECK(with_looks(Signal::logs, through_grafana, {unknown, unknown}, refused()).findings.empty());
  CHECK(with_looks(Signal::logs, a_day_old, {unknown, unknown}, refused()).findings.empty());
}

TEST_CASE("A datasource that answers without what the backend has reads something else") {
  const auto verdict = with_looks(Signal::logs, through_grafana, {missing, missing});
  CHECK(only_cause(verdict) == "grafana-ds-green-but-empty");
  CHECK(verdict.findings.front().stage == Stage::visualize);
}

TEST_CASE("What the datasource's own probe has found is told once") {
  TestStack stack;
  stack.with_grafana();
  stack.datasource("loki", QueryAnswer::hidden);
  stack.canaries(Signal::logs, "backend", {CanaryOutcome::visible, CanaryOutcome::visible});
  stack.canary_looks(through_grafana, {missing, missing});
  const auto verdict = stack.judge();
  CHECK(only_cause(verdict) == "grafana-ds-green-but-empty");
  CHECK(verdict.findings.front().consequences ==
        std::vector<std::string>{"canary/backend/logs grafana: the last two were missing and missing"});
}

TEST_CASE("Old canaries that are gone are a finding, with what may have lost them") {
  const auto verdict = with_looks(Signal::logs, a_day_old, {missing, missing}, {}, 30);
  CHECK(only_cause(verdict) == "old-data-missing");
  const auto& finding = verdict.findings.front();
  CHECK(finding.stage == Stage::query);
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.alternatives ==
        std::vector<std::string>{"loki-flush-failing", "retention-deletes-everything", "compactor-hides-days"});
}

TEST_CASE("Where none of that age was ever found it may be the retention, and nobody is woken") {
  const auto verdict = with_looks(Signal::traces, a_day_old, {missing, missing});
  CHECK(only_cause(verdict) == "old-data-missing");
  CHECK(verdict.findings.front().severity == Severity::info);
  CHECK(verdict.state == State::healthy);
}

TEST_CASE("A Mimir that fails on what is old and answers what is new cannot read its blocks") {
  const auto verdict = with_looks(Signal::metrics, a_day_old, {unknown, unknown}, says_500());
  CHECK(only_cause(verdict) == "mimir-old-blocks-unqueryable");
  CHECK(verdict.findings.front().severity == Severity::warning);
  CHECK(verdict.findings.front().alternatives == std::vector<std::string>{"retention-deletes-everything"});
}

}  // namespace
}  // namespace lgtmwatch
