// Records that arrive under another time, without a name, or without their metrics.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/diagnosis/scrapes.hpp"

namespace lgtmwatch {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

Scrape taken(Signal signal, double accepted) {
  return Scrape().count(CounterKind::receiver_accepted, receiver, signal, accepted, "http");
}

bool has(const StackVerdict& verdict, const std::string& cause) {
  const auto causes = causes_of(verdict);
  return std::find(causes.begin(), causes.end(), cause) != causes.end();
}

}  // namespace

TEST_CASE("A metric that does not come while its target_info does is one of deltas") {
  WithReceiver stack;
  stack.newest_of_metric("shop/metrics@backend", minutes(5), seconds(5));
  stack.scrapes({taken(Signal::metrics, 10), taken(Signal::metrics, 20)});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"delta-temporality"});
  CHECK(verdict.findings[0].stage == Stage::source);
  CHECK(verdict.findings[0].subject == "shop");
  CHECK(verdict.findings[0].remedy[0].find("TEMPORALITY_PREFERENCE=cumulative on shop") != std::string::npos);
  CHECK_FALSE(verdict.findings[0].alternatives.empty());
}

TEST_CASE("A source that sends no metrics at all is not told to send deltas") {
  WithReceiver old_info;
  old_info.newest_of_metric("shop/metrics@backend", minutes(5), minutes(5));
  old_info.scrapes({taken(Signal::metrics, 10), taken(Signal::metrics, 20)});
  CHECK_FALSE(has(old_info.judge(), "delta-temporality"));
  WithReceiver still;
  still.newest_of_metric("shop/metrics@backend", minutes(5), seconds(5));
  still.scrapes({taken(Signal::metrics, 10), taken(Signal::metrics, 10)});
  CHECK_FALSE(has(still.judge(), "delta-temporality"));
  WithReceiver fresh;
  fresh.newest_of_metric("shop/metrics@backend", seconds(5), seconds(5));
  fresh.scrapes({taken(Signal::metrics, 10), taken(Signal::metrics, 20)});
  CHECK(fresh.judge().findings.empty());
}

TEST_CASE(
    "Records without a service name explain a source that is missing under its name while its receiver takes some") {
  const auto judge = [](std::size_t unnamed, double accepted) {
    WithReceiver stack;
    stack.expect_always("shop/traces@backend");
    stack.newest("shop/traces@backend", minutes(5));
    stack.found("tempo_services", "tempo:3200", TempoServices{1, unnamed});
    const auto step = (accepted - 10) / 5;
    std::vector<Scrape> scrapes;
    for (int i = 0; i <= 5; ++i) scrapes.push_back(taken(Signal::traces, 10 + i * step));
    stack.scrapes(scrapes);
    return stack.judge();
  };
  const auto verdict = judge(1, 20);
  REQUIRE(causes_of(verdict) == Causes{"service-name-missing"});
  CHECK(verdict.findings[0].remedy[0].find("OTEL_SERVICE_NAME=shop") != std::string::npos);
  CHECK(verdict.findings[0].consequences.size() == 1);
  CHECK_FALSE(has(judge(0, 20), "service-name-missing"));
  CHECK_FALSE(has(judge(1, 10), "service-name-missing"));
}

TEST_CASE("Records without a name that were there all along are no finding while every source arrives") {
  WithReceiver stack;
  stack.found("loki_labels", "loki:3100", LokiLabels{3, 1});
  stack.found("mimir_tenant", "mimir:9009", MimirTenant{100.0, 5, 1, 1});
  stack.scrapes({taken(Signal::logs, 10), taken(Signal::logs, 20)});
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("Where another source arrives through the receiver, what it takes says nothing of the silent one") {
  WithReceiver stack;
  stack.with_source("shop/metrics@backend", "till");
  stack.newest("shop/metrics@backend", minutes(5));
  stack.found("mimir_tenant", "mimir:9009", MimirTenant{100.0, 5, 1, 1});
  stack.scrapes({taken(Signal::metrics, 10), taken(Signal::metrics, 20)});
  CHECK_FALSE(has(stack.judge(), "service-name-missing"));
}

TEST_CASE("Records that go on arriving under old times are found by a wider look, with their offset") {
  WithReceiver stack;
  stack.expect_always("shop/logs@backend");
  stack.newest("shop/logs@backend", minutes(40));
  stack.older("shop/logs@backend", hours(1), true);
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"timestamp-misparsed"});
  CHECK(verdict.findings[0].stage == Stage::process);
  CHECK(verdict.findings[0].summary.find("lie 1h back") != std::string::npos);
  CHECK(verdict.findings[0].alternatives == std::vector<std::string>{"clock-skew"});
}

TEST_CASE("Older records that do not grow newer are the last of a source that has stopped") {
  WithReceiver stack;
  stack.expect_always("shop/logs@backend");
  stack.newest("shop/logs@backend", minutes(40));
  stack.older("shop/logs@backend", minutes(40), false);
  CHECK_FALSE(has(stack.judge(), "timestamp-misparsed"));
}

TEST_CASE("Where nothing of a source is young and its logs by OTLP lie back, it is its clock") {
  TestStack stack;
  stack.expect_always("shop/logs@backend");
  stack.expect_always("shop/traces@backend");
  for (const auto* target : {"shop/metrics@backend", "shop/logs@backend", "shop/traces@backend"})
    stack.newest(target, hours(3));
  stack.older("shop/logs@backend", hours(1), true);
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"clock-skew"});
  const auto& finding = verdict.findings.front();
  CHECK(finding.stage == Stage::source);
  CHECK(finding.subject == "shop");
  CHECK(finding.signals.size() == 3);
  CHECK(finding.summary.find("is 1h behind") != std::string::npos);

  stack.newest("shop/metrics@backend", seconds(5));
  CHECK(has(stack.judge(), "timestamp-misparsed"));
}

TEST_CASE("The last right record leaving the window does not look like a wrong time") {
  WithReceiver stack;
  stack.expect_always("shop/logs@backend");
  stack.newest("shop/logs@backend", minutes(12));
  stack.older("shop/logs@backend", minutes(12), true);
  CHECK_FALSE(has(stack.judge(), "timestamp-misparsed"));
}

TEST_CASE("Lgtmwatch's own canaries do not pass for records of a silent source") {
  const auto judge = [](double step) {
    WithReceiver stack;
    stack.expect_always("shop/traces@backend");
    stack.newest("shop/traces@backend", minutes(5));
    stack.found("tempo_services", "tempo:3200", TempoServices{1, 1});
    stack.canaries(Signal::traces, "backend", {CanaryOutcome::visible, CanaryOutcome::visible});
    auto plan = *stack.last_canaries().plan;
    plan.interval = minutes(1);
    stack.last_canaries().plan = std::make_shared<const CanaryRoutePlan>(std::move(plan));
    const auto before = step > 1 ? step : 0;
    std::vector<Scrape> scrapes{taken(Signal::traces, 10)};
    for (int i = 0; i < 5; ++i) scrapes.push_back(taken(Signal::traces, 10 + i * before));
    scrapes.push_back(taken(Signal::traces, 10 + 4 * before + step));
    stack.scrapes(scrapes);
    return stack.judge();
  };
  CHECK_FALSE(has(judge(1), "service-name-missing"));
  CHECK(has(judge(20), "service-name-missing"));
}

TEST_CASE("What a receiver took before its source fell silent, and a canary since, are no records without a name") {
  WithReceiver stack;
  stack.expect_always("shop/logs@backend");
  stack.newest("shop/logs@backend", seconds(80));
  stack.found("loki_labels", "loki:3100", LokiLabels{3, 1});
  stack.canaries(Signal::logs, "backend", {CanaryOutcome::visible, CanaryOutcome::visible});
  stack.scrapes({taken(Signal::logs, 10), taken(Signal::logs, 160), taken(Signal::logs, 310), taken(Signal::logs, 460),
                 taken(Signal::logs, 460), taken(Signal::logs, 460), taken(Signal::logs, 460), taken(Signal::logs, 460),
                 taken(Signal::logs, 461)});
  CHECK_FALSE(has(stack.judge(), "service-name-missing"));
}

TEST_CASE(
    "Records that a receiver has only just taken may not be found yet, and are not taken for some without a name") {
  WithReceiver stack;
  stack.expect_always("shop/logs@backend");
  stack.newest("shop/logs@backend", minutes(5));
  stack.found("loki_labels", "loki:3100", LokiLabels{3, 1});
  stack.scrapes({taken(Signal::logs, 10), taken(Signal::logs, 10), taken(Signal::logs, 10), taken(Signal::logs, 160)});
  CHECK_FALSE(has(stack.judge(), "service-name-missing"));
}

}  // namespace lgtmwatch
