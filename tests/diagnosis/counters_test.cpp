// What counters tell of the way between receiver and backend, and what they must not be taken for.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/diagnosis/scrapes.hpp"

namespace lgtmwatch {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

}  // namespace

TEST_CASE(
    "Alloy that writes to another tenant is told though canaries past it arrive in ours, and a busy other is not") {
  for (const auto through_alloy : {CanaryOutcome::lost, CanaryOutcome::visible}) {
    Watched stack;
    for (const auto* target : {"shop/logs@backend", "shop/logs@docker"}) {
      stack.newest(target, minutes(5));
      stack.expect_always(target);
    }
    const auto loki = [](double ours, double others) {
      return Scrape()
          .count(CounterKind::backend_received, "loki", Signal::logs, ours)
          .count(CounterKind::backend_received, "loki", Signal::logs, others, "other");
    };
    stack.backend("loki", "loki:3100", {loki(1, 10), loki(2, 20), loki(3, 30)});
    stack.canaries(Signal::logs, "direct-push", {CanaryOutcome::visible, CanaryOutcome::visible});
    stack.canaries(Signal::logs, "backend", {through_alloy, through_alloy});
    CHECK((causes_of(stack.judge()).front() == "tenant-mismatch") == (through_alloy == CanaryOutcome::lost));
  }
}

TEST_CASE("A probe that could not find out leaves the stack unknown") {
  TestStack stack;
  stack.failed("loki_ready", "loki:3100", Reason::internal);
  CHECK(stack.judge().state == State::unknown);
}

TEST_CASE("An exporter whose attempts fail while something waits cannot deliver, and its signal is broken") {
  Watched stack;
  stack.scrapes(
      {traces(10, 10, 0).attempts(tempo, "UNAVAILABLE", 1), traces(20, 10, 10).attempts(tempo, "UNAVAILABLE", 4)});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"exporter-unreachable-retrying"});
  CHECK(verdict.findings[0].stage == Stage::export_);
  CHECK(verdict.findings[0].subject == "gateway");
  CHECK(verdict.signals.at(Signal::traces) == State::broken);
  CHECK(verdict.signals.at(Signal::logs) == State::healthy);
}

TEST_CASE("An exporter that stands still without failing needs two readings to be believed") {
  Watched stack;
  stack.scrapes({traces(10, 10, 0), traces(20, 10, 1)});
  CHECK(stack.judge().findings.empty());
  Watched longer;
  longer.scrapes({traces(10, 10, 0), traces(20, 10, 1), traces(30, 10, 2)});
  CHECK(causes_of(longer.judge()) == Causes{"exporter-unreachable-retrying"});
}

TEST_CASE("An idle application leaves exporters standing still, and that is no fault") {
  Watched stack;
  stack.scrapes({traces(10, 10, 0), traces(10, 10, 0), traces(10, 10, 0), traces(10, 10, 0)});
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("A restart of Alloy starts all counters anew, and that is no fault") {
  Watched stack;
  auto before = traces(100, 100, 0).attempts(tempo, "UNAVAILABLE", 7);
  auto after = traces(3, 0, 3).attempts(tempo, "UNAVAILABLE", 2);
  before.readings.process_start = wall_from_unix_seconds(1795340000);
  after.readings.process_start = wall_from_unix_seconds(1795352130);
  stack.scrapes({before, after});
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("An exporter that sends again is well, whatever its attempts counted before") {
  Watched stack;
  stack.scrapes({traces(10, 10, 0).attempts(tempo, "UNAVAILABLE", 1),
                 traces(20, 10, 10).attempts(tempo, "UNAVAILABLE", 4),
                 traces(30, 30, 0).attempts(tempo, "UNAVAILABLE", 4)});
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("An Alloy whose metrics cannot be read any more keeps no figure that accuses an exporter") {
  Watched stack;
  stack.scrapes(
      {traces(10, 10, 0).attempts(tempo, "UNAVAILABLE", 1), traces(20, 10, 10).attempts(tempo, "UNAVAILABLE", 4)});
  stack.failed("alloy_controller", "gateway", Reason::timeout);
  for (const auto& cause : causes_of(stack.judge())) CHECK_FALSE(cause.starts_with("exporter-"));
}

TEST_CASE("loki.write that waits between two attempts is still in trouble") {
  Watched stack;
  const auto lines = [](double sent, double attempts) {
    return Scrape()
        .count(CounterKind::exporter_sent, loki_write, Signal::logs, sent)
        .attempts(loki_write, "-1", attempts);
  };
  std::vector<Scrape> all{lines(10, 0), lines(10, 1)};
  for (int i = 0; i < 12; ++i) all.push_back(lines(10, 1));
  stack.scrapes(all);
  CHECK(causes_of(stack.judge()) == Causes{"exporter-unreachable-retrying"});
  all.push_back(lines(22, 1));
  Watched recovered;
  recovered.scrapes(all);
  CHECK(recovered.judge().findings.empty());
}

TEST_CASE("An exporter that loses a part of what it sends is degraded, not broken") {
  Watched stack;
  const auto losing = [](double sent, double failed) {
    return traces(sent + failed, sent, 0)
        .count(CounterKind::exporter_failed, tempo, Signal::traces, failed, "InvalidArgument");
  };
  stack.scrapes({losing(10, 0), losing(20, 2)});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"exporter-permanent-reject"});
  CHECK(verdict.signals.at(Signal::traces) == State::degraded);
}

TEST_CASE("What fails is told by the answer of the backend") {
  const auto cause_with = [](const std::string& outcome) {
    Watched stack;
    stack.scrapes({traces(10, 10, 0).attempts(tempo, outcome, 1), traces(20, 10, 10).attempts(tempo, outcome, 4)});
    return causes_of(stack.judge());
  };
  CHECK(cause_with("401") == Causes{"exporter-auth-or-no-org"});
  CHECK(cause_with("Unauthenticated") == Causes{"exporter-auth-or-no-org"});
  CHECK(cause_with("404") == Causes{"exporter-wrong-path"});
  CHECK(cause_with("429") == Causes{"exporter-rate-limited"});
  CHECK(cause_with("400") == Causes{"exporter-permanent-reject"});
  CHECK(cause_with("503") == Causes{"exporter-unreachable-retrying"});
}

TEST_CASE("A dead backend explains the exporter that cannot reach it") {
  Watched stack;
  stack.failed("tempo_ready", "tempo:3200", Reason::refused);
  stack.scrapes(
      {traces(10, 10, 0).attempts(tempo, "UNAVAILABLE", 1), traces(20, 10, 10).attempts(tempo, "UNAVAILABLE", 4)});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"backend-down"});
  REQUIRE(verdict.findings[0].consequences.size() == 1);
  CHECK(verdict.findings[0].consequences[0].find(tempo) != std::string::npos);
}

TEST_CASE("A backend that may be down is waited for before its exporter is blamed") {
  Watched stack;
  stack.failed_once("tempo_ready", "tempo:3200", Reason::refused);
  stack.scrapes(
      {traces(10, 10, 0).attempts(tempo, "UNAVAILABLE", 1), traces(20, 10, 10).attempts(tempo, "UNAVAILABLE", 4)});
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("A remote write that has stopped reading its log is told from an idle one") {
  const auto writes = [](double appended, double sent) {
    return Scrape()
        .count(CounterKind::exporter_appended, mimir, Signal::metrics, appended)
        .count(CounterKind::exporter_sent, mimir, Signal::metrics, sent);
  };
  Watched stalled;
  stalled.scrapes({writes(100, 100), writes(200, 100), writes(300, 100)});
  CHECK(causes_of(stalled.judge()) == Causes{"rw-wal-watcher-stall"});
  Watched idle;
  idle.scrapes({writes(100, 100), writes(100, 100), writes(100, 100)});
  CHECK(idle.judge().findings.empty());
}

TEST_CASE("A remote write that is read more often than it is given samples has not stopped reading its log") {
  Watched stack;
  for (int i = 0; i <= 5; ++i)
    stack.read("alloy_controller", "gateway",
               Scrape()
                   .count(CounterKind::exporter_appended, mimir, Signal::metrics, i == 0 ? 100 : 200)
                   .count(CounterKind::exporter_sent, mimir, Signal::metrics, i == 0 ? 100 : 200)
                   .readings,
               seconds(5 - i));
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("A scraper that reads lines has targets, whatever Alloy's API says") {
  Watched stack;
  stack.found("alloy_scraper", "docker", AlloyScraper{});
  const auto lines = [](double read) {
    return Scrape().count(CounterKind::scraper_entries, "loki.source.docker.containers", Signal::logs, read);
  };
  stack.scrapes({lines(10), lines(12)});
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("Targets without a container id are tailed by nobody") {
  Watched stack;
  AlloyScraper scraper;
  scraper.targets = 3;
  stack.found("alloy_scraper", "docker", scraper);
  stack.newest("shop/logs@docker", minutes(5));
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"docker-targets-without-container-id"});
  CHECK(verdict.findings[0].subject == "docker");
  CHECK(verdict.signals.at(Signal::logs) == State::broken);
}

TEST_CASE("Containers that have ended are not running, and that is no fault while their logs are young") {
  Watched stack;
  AlloyScraper scraper;
  scraper.targets = scraper.container_ids = 1;
  scraper.tailed = {{"abc", "", false, "1"}};
  stack.found("alloy_scraper", "docker", scraper);
  CHECK(stack.judge().findings.empty());
}

TEST_CASE(
    "Logs that go to another tenant are told by the first way that falls silent, while another was young until then") {
  const auto received = [](double ours, double others) {
    return Scrape()
        .count(CounterKind::backend_received, "loki", Signal::logs, ours)
        .count(CounterKind::backend_received, "loki", Signal::logs, others, "other");
  };
  Watched stack;
  stack.expect_always("shop/logs@backend");
  stack.newest("shop/logs@backend", seconds(64));
  stack.newest("shop/logs@docker", seconds(55));
  stack.backend("loki", "loki:3100",
                {received(90, 0), received(100, 0), received(100, 10), received(100, 20), received(100, 30)});
  CHECK(causes_of(stack.judge()) == Causes{"tenant-mismatch"});
  stack.newest("shop/logs@docker", seconds(5));
  for (const auto& cause : causes_of(stack.judge())) CHECK(cause != "tenant-mismatch");
}

}  // namespace lgtmwatch
