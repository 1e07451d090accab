// An exporter whose queue is nearly full, while nothing is lost yet.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/diagnosis/scrapes.hpp"

namespace lgtmwatch {

TEST_CASE("A queue that is nearly full in two readings, while the exporter sends, is told before anything is lost") {
  Watched stack;
  stack.scrapes({traces(10, 10, 810), traces(40, 20, 830)});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"exporter-queue-filling"});
  const auto& finding = verdict.findings[0];
  CHECK(finding.stage == Stage::export_);
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.state == State::degraded);
  CHECK(finding.evidence[0].find("queue 830 of 1000 (810 in the reading before)") != std::string::npos);
  CHECK(finding.remedy[0].find("queue_size") != std::string::npos);
  CHECK(verdict.signals.at(Signal::traces) == State::degraded);
  CHECK(verdict.signals.at(Signal::logs) == State::healthy);
}

TEST_CASE("A queue is not called nearly full by one reading, below eighty percent, nor once it drains") {
  const auto causes_with = [](const std::vector<double>& sizes) {
    Watched stack;
    std::vector<Scrape> all;
    double sent = 0;
    for (const auto size : sizes) {
      sent += 10;
      all.push_back(traces(sent + size, sent, size));
    }
    stack.scrapes(all);
    return causes_of(stack.judge());
  };
  CHECK(causes_with({800, 800}) == Causes{"exporter-queue-filling"});
  CHECK(causes_with({790, 790}).empty());
  CHECK(causes_with({900}).empty());
  CHECK(causes_with({700, 900}).empty());
  CHECK(causes_with({900, 890}) == Causes{"exporter-queue-filling"});
  CHECK(causes_with({950, 850}).empty());
  CHECK(causes_with({900, 900, 10}).empty());
}

TEST_CASE("A queue without a known capacity is not called nearly full") {
  const auto without_capacity = [](double sent) {
    auto scrape = traces(sent, sent, 900);
    std::erase_if(scrape.readings.gauges, [](const Gauge& gauge) { return gauge.kind == GaugeKind::queue_capacity; });
    return scrape;
  };
  Watched stack;
  stack.scrapes({without_capacity(10), without_capacity(20)});
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("A queue that fills because of something greater follows from that") {
  Watched down;
  down.failed("tempo_ready", "tempo:3200", Reason::refused);
  down.scrapes({traces(900, 10, 900), traces(920, 20, 910)});
  const auto verdict = down.judge();
  REQUIRE(causes_of(verdict) == Causes{"backend-down"});
  REQUIRE(verdict.findings[0].consequences.size() == 1);
  CHECK(verdict.findings[0].consequences[0].starts_with("exporter-queue-filling: " + tempo));

  Watched fails;
  fails.scrapes(
      {traces(900, 10, 900).attempts(tempo, "UNAVAILABLE", 1), traces(920, 10, 910).attempts(tempo, "UNAVAILABLE", 4)});
  CHECK(causes_of(fails.judge()) == Causes{"exporter-unreachable-retrying"});
}

}  // namespace lgtmwatch
