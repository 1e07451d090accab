// Backends that answer and cannot write: what their own counters, answers and containers tell, and what they do not.
#include <catch2/catch.hpp>

#include "tests/diagnosis/scrapes.hpp"

namespace lgtmwatch {
namespace {

using Catch::Contains;

constexpr auto write = "loki.write.loki";

// Of Loki: how often flushing failed, and what was flushed.
Scrape flushes(double failed, double stored) {
  return Scrape()
      .count(CounterKind::backend_received, "loki", Signal::logs, 100 + failed)
      .count(CounterKind::backend_failure, "loki", Signal::logs, failed, "chunk flush")
      .count(CounterKind::backend_stored, "loki", Signal::logs, stored);
}

Scrape full_disk(double failures, std::optional<double> usage) {
  auto scrape = Scrape().count(CounterKind::backend_failure, "loki", Signal::logs, failures, "full disk");
  if (usage) scrape.readings.gauges.push_back({GaugeKind::disk_usage, "loki", Signal::logs, *usage, std::nullopt});
  return scrape;
}

Scrape sent_lines(double sent, double refused) {
  return Scrape().count(CounterKind::exporter_sent, write, Signal::logs, sent).attempts(write, "500", refused);
}

// An answer of the backend to the probe, with its words.
void says(TestStack& stack, const std::string& probe, const std::string& target, Component component,
          const std::string& words) {
  stack.answered(probe, target, Error(Phase::content, Reason::http_status, target + " answered 500: " + words),
                 "curl 'http://" + target + "/…'");
  stack.of_component(probe, target, component);
}

// Of Tempo: how often completing a block failed.
Scrape completions(double failed) {
  return Scrape()
      .count(CounterKind::backend_received, "tempo", Signal::traces, 100 + failed)
      .count(CounterKind::backend_failure, "tempo", Signal::traces, failed, "block completion");
}

}  // namespace

TEST_CASE("Chunks that cannot be flushed are told while Loki looks fine") {
  Watched stack;
  stack.backend("loki", "loki:3100", {flushes(3, 0), flushes(5, 0)});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"loki-flush-failing"});
  const auto& finding = verdict.findings[0];
  CHECK(finding.stage == Stage::ingest);
  CHECK(finding.severity == Severity::critical);
  CHECK(verdict.signals.at(Signal::logs) == State::degraded);
  CHECK(verdict.signals.at(Signal::traces) == State::healthy);
  CHECK_THAT(finding.summary, Contains("2 attempts failed within 15s, 0 chunks were written"));
  CHECK_THAT(finding.evidence.at(0), Contains("http://loki:3100/metrics: loki_ingester_chunks_flush_failures_total 5"));
}

TEST_CASE("A Loki that flushes most of its chunks is warned of") {
  Watched stack;
  stack.backend("loki", "loki:3100", {flushes(3, 10), flushes(4, 20)});
  REQUIRE(causes_of(stack.judge()) == Causes{"loki-flush-failing"});
  CHECK(stack.judge().findings[0].severity == Severity::warning);
}

TEST_CASE("Old failures, an idle Loki and a restart are no failure to flush") {
  for (const auto& [before, after] : {std::pair{flushes(5, 0), flushes(5, 0)}, std::pair{flushes(0, 0), flushes(0, 0)},
                                      std::pair{flushes(0, 5), flushes(0, 9)}}) {
    Watched stack;
    stack.backend("loki", "loki:3100", {before, after});
    CHECK(stack.judge().findings.empty());
  }
  Watched restarted;
  auto before = flushes(0, 50);
  auto after = flushes(2, 0);
  before.readings.process_start = wall_from_unix_seconds(1795340000);
  after.readings.process_start = wall_from_unix_seconds(1795352130);
  restarted.backend("loki", "loki:3100", {before, after});
  CHECK(restarted.judge().findings.empty());
}

TEST_CASE("A disk that is nine tenths full is warned of, and broken once writes are refused") {
  Watched stack;
  stack.backend("loki", "loki:3100", {full_disk(0, 0.93), full_disk(0, 0.93)});
  auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"loki-disk-throttled"});
  CHECK(verdict.findings[0].severity == Severity::warning);
  CHECK_THAT(verdict.findings[0].summary, Contains("93.0 % full"));

  stack.scrapes({sent_lines(10, 1), sent_lines(10, 3)});
  verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"loki-disk-throttled"});
  CHECK(verdict.findings[0].severity == Severity::critical);
  CHECK(verdict.signals.at(Signal::logs) == State::broken);
  REQUIRE(verdict.findings[0].consequences.size() == 1);
  CHECK_THAT(verdict.findings[0].consequences[0], Contains("loki.write.loki of logs: sent 0"));
}

TEST_CASE("A disk with room is no finding, and neither is a Loki that does not say how full it is") {
  Watched stack;
  stack.backend("loki", "loki:3100", {full_disk(0, 0.89), full_disk(0, 0.89)});
  CHECK(stack.judge().findings.empty());
  Watched older;
  older.backend("loki", "loki:3100", {full_disk(0, std::nullopt), full_disk(0, std::nullopt)});
  CHECK(older.judge().findings.empty());
}

TEST_CASE("A write-ahead log that is silently not written is told") {
  Watched stack;
  stack.backend("loki", "loki:3100", {full_disk(0, std::nullopt), full_disk(7, std::nullopt)});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"loki-wal-disk-full-silent"});
  CHECK(verdict.findings[0].severity == Severity::warning);
  CHECK(verdict.signals.at(Signal::logs) == State::degraded);
}

TEST_CASE("The one failure that Loki counts when it begins to refuse writes is no second finding") {
  Watched stack;
  stack.backend("loki", "loki:3100", {full_disk(0, 0.91), full_disk(1, 0.91)});
  CHECK(causes_of(stack.judge()) == Causes{"loki-disk-throttled"});
  CHECK(stack.judge().findings[0].consequences.empty());
}

TEST_CASE("No space left, in the words of a backend, is a full disk, and what follows stands below it") {
  Watched stack;
  stack.backend("loki", "loki:3100", {flushes(3, 0), flushes(5, 0)});
  says(stack, "loki_newest", "shop/logs@docker", Component::loki, "write /loki/x: no space left on device");
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"disk-full-any-backend"});
  CHECK(verdict.findings[0].subject == "loki");
  CHECK(verdict.findings[0].alternatives.empty());
  REQUIRE(verdict.findings[0].consequences.size() == 1);
  CHECK_THAT(verdict.findings[0].consequences[0], Contains("loki-flush-failing: "));
}

TEST_CASE("A Tempo search that fails for want of room is a full disk, not a broken search") {
  TestStack stack;
  stack.answered("tempo_services", "tempo:3200",
                 Error(Phase::content, Reason::http_status, "tempo:3200 answered 500: no space left on device"),
                 "curl 'http://tempo:3200/api/search?q={}'");
  stack.of_component("tempo_services", "tempo:3200", Component::tempo);
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"disk-full-any-backend"});
  REQUIRE(verdict.findings[0].consequences.size() == 1);
  CHECK_THAT(verdict.findings[0].consequences[0], Contains("tempo-search-broken-by-id-works: "));
}

TEST_CASE("A Mimir that cannot write its log ahead may have a full disk, and other causes are named") {
  Watched stack;
  const auto failing = [](double count) {
    return Scrape().count(CounterKind::backend_failure, "mimir", Signal::metrics, count, "write-ahead log");
  };
  stack.backend("mimir", "mimir:9009", {failing(0), failing(4)});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"disk-full-any-backend"});
  CHECK(verdict.findings[0].alternatives == Causes{"volume-permission-denied", "wal-replay-or-corrupt"});
  CHECK(verdict.signals.at(Signal::metrics) == State::degraded);
  Watched well;
  well.backend("mimir", "mimir:9009", {failing(4), failing(4)});
  CHECK(well.judge().findings.empty());
}

TEST_CASE("What a backend cannot be asked is unknown: no counter, no finding") {
  Watched stack;
  stack.backend("loki", "loki:3100", {flushes(3, 0), flushes(5, 0)});
  stack.failed("loki_metrics", "loki:3100", Reason::timeout);
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("Tempo cannot write where completing its blocks fails again and again") {
  Watched stack;
  stack.backend("tempo", "tempo:3200", {completions(0), completions(1), completions(2)});
  CHECK(causes_of(stack.judge()) == Causes{"disk-full-any-backend"});
}

TEST_CASE("A completion that Tempo cancels when it ends is no full disk") {
  Watched stack;
  SECTION("it is the only one") {
    stack.backend("tempo", "tempo:3200", {completions(0), completions(0), completions(1)});
  }
  SECTION("it is the only one of its process, and not the first of these minutes") {
    stack.backend("tempo", "tempo:3200", {completions(0), completions(1), completions(0), completions(1)});
  }
  SECTION("it is about to end") {
    stack.backend("tempo", "tempo:3200", {completions(0), completions(1), completions(2)});
    stack.failed_once("tempo_ready", "tempo:3200", Reason::http_status);
  }
  SECTION("it has begun anew since") {
    std::vector<Scrape> scrapes{completions(0), completions(2), completions(0), completions(0)};
    for (std::size_t i = 0; i < scrapes.size(); ++i)
      scrapes[i].readings.process_start = moment_of_tests - std::chrono::seconds(i < 2 ? 1000 : 28);
    stack.backend("tempo", "tempo:3200", scrapes);
  }
  CHECK(stack.judge().findings.empty());
}

}  // namespace lgtmwatch
