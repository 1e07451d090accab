// What a backend shows around a restart: rings, replays, containers that do not stay up; and what is no fault.
#include <catch2/catch.hpp>

#include "tests/diagnosis/scrapes.hpp"

namespace lgtmwatch {
namespace {

using Catch::Contains;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr WallTime now = moment_of_tests;

Scrape ring(const std::string& name, double unhealthy, double members, std::optional<Duration> up = minutes(60)) {
  Scrape scrape;
  scrape.readings.gauges.push_back({GaugeKind::ring_members, name, Signal::logs, members, std::nullopt});
  scrape.readings.gauges.push_back({GaugeKind::ring_unhealthy, name, Signal::logs, unhealthy, std::nullopt});
  if (up) scrape.readings.process_start = now - *up;
  return scrape;
}

BackendCounters with_member(Duration silent_for) {
  BackendCounters counters;
  RingMember member;
  member.ring = "ingester";
  member.page = "/ring";
  member.id = "loki-old";
  member.address = "172.20.0.3:9095";
  member.heard = now - silent_for;
  counters.unhealthy = {member};
  return counters;
}

DockerContainers ended(const std::string& name, const std::string& line) {
  Container container;
  container.id = "0123456789ab";
  container.name = name;
  container.status = "restarting";
  container.restarts = 7;
  container.networks = {{"observability", "", {name}}};
  container.mounts = {{"/srv/loki", "/loki"}};
  container.last_words = {line};
  DockerContainers found;
  found.containers = {container};
  return found;
}

TestStack down_with_words(const std::string& line) {
  TestStack stack;
  stack.with_docker();
  stack.failed("loki_ready", "loki:3100", Reason::dns);
  stack.found("docker_containers", "unix:/var/run/docker.sock", ended("loki", line));
  return stack;
}

}  // namespace

TEST_CASE("An instance that is gone and stays in the ring is named with its page") {
  Watched stack;
  stack.found("loki_metrics", "loki:3100", with_member(minutes(30)));
  stack.backend("loki", "loki:3100", {ring("ingester", 1, 2), ring("ingester", 1, 2)});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"ring-unhealthy-after-restart"});
  const auto& finding = verdict.findings[0];
  CHECK(finding.state == State::degraded);
  CHECK(finding.severity == Severity::warning);
  CHECK_THAT(finding.summary, Contains("1 of 2 members of the ring ingester of Loki are unhealthy: loki-old "
                                       "(172.20.0.3:9095, silent for 30m)"));
  CHECK_THAT(finding.remedy.at(0), Contains("http://loki:3100/ring"));
  CHECK_THAT(finding.remedy.at(1), Contains("replication_factor: 1"));
}

TEST_CASE("Writes that are refused for want of live replicas prove it") {
  Watched stack;
  stack.backend("loki", "loki:3100", {ring("ingester", 1, 2), ring("ingester", 1, 2)});
  const auto refused = [](double count) {
    return Scrape().count(CounterKind::exporter_sent, loki_write, Signal::logs, 10).attempts(loki_write, "500", count);
  };
  stack.scrapes({refused(1), refused(4)});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"ring-unhealthy-after-restart"});
  CHECK(verdict.findings[0].state == State::broken);
  CHECK(verdict.findings[0].severity == Severity::critical);
  CHECK(verdict.findings[0].consequences.size() == 1);
}

TEST_CASE("The words of the ring alone prove it, as of a replication factor of three with one instance") {
  TestStack stack;
  stack.answered("loki_newest", "shop/logs@docker",
                 Error(Phase::content, Reason::http_status, "answered 500: too many unhealthy instances in the ring"),
                 "curl 'http://loki:3100/loki/api/v1/query_range'");
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"ring-unhealthy-after-restart"});
  CHECK(verdict.findings[0].state == State::broken);
  CHECK_THAT(verdict.findings[0].evidence.at(0), Contains("too many unhealthy instances in the ring"));
}

TEST_CASE("A ring of a compactor loses nothing") {
  Watched stack;
  stack.backend("loki", "loki:3100", {ring("compactor", 1, 2), ring("compactor", 1, 2)});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"ring-unhealthy-after-restart"});
  CHECK(verdict.findings[0].severity == Severity::info);
  CHECK(verdict.state == State::healthy);
}

TEST_CASE("A member that leaves in a restart, one reading alone, and a healthy ring are no finding") {
  for (const auto& readings : std::vector<std::vector<Scrape>>{
           {ring("ingester", 1, 2, seconds(40)), ring("ingester", 1, 2, seconds(55))},  // the process has just begun
           {ring("ingester", 0, 1), ring("ingester", 1, 2)},
           {ring("ingester", 1, 2), ring("ingester", 0, 1)},
           {ring("ingester", 0, 1), ring("ingester", 0, 1)}}) {
    Watched stack;
    stack.backend("loki", "loki:3100", readings);
    CHECK(stack.judge().findings.empty());
  }
  Watched leaving;
  leaving.found("loki_metrics", "loki:3100", with_member(seconds(70)));
  leaving.backend("loki", "loki:3100", {ring("ingester", 1, 2), ring("ingester", 1, 2)});
  CHECK(leaving.judge().findings.empty());
}

TEST_CASE("A Loki that replays its write-ahead log is not to be restarted") {
  Watched stack;
  Scrape replays;
  replays.readings.gauges.push_back({GaugeKind::replaying, "loki", Signal::logs, 1, std::nullopt});
  stack.backend("loki", "loki:3100", {replays});
  stack.found("loki_ready", "loki:3100", Readiness{false, "Ingester not ready: Starting"});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"wal-replay-or-corrupt"});
  CHECK(verdict.findings[0].severity == Severity::warning);
  CHECK(verdict.signals.at(Signal::logs) == State::degraded);
  CHECK_THAT(verdict.findings[0].remedy.at(0), Contains("do not restart it"));
}

TEST_CASE("Loki's wait before it calls itself ready is no fault, until it takes too long") {
  const Readiness waits{false, "Ingester not ready: waiting for 15s after being ready"};
  TestStack stack;
  stack.found("loki_ready", "loki:3100", waits);
  stack.bad_since("loki_ready", "loki:3100", seconds(20));
  CHECK(stack.judge().findings.empty());
  stack.bad_since("loki_ready", "loki:3100", seconds(31));
  CHECK(causes_of(stack.judge()) == Causes{"backend-not-ready"});
}

TEST_CASE("Loki's wait counts from the start of its process, however long it was down before") {
  Watched stack;
  stack.found("loki_ready", "loki:3100", Readiness{false, "Ingester not ready: waiting for 15s after being ready"});
  stack.bad_since("loki_ready", "loki:3100", minutes(3));
  stack.backend("loki", "loki:3100", {ring("ingester", 0, 1, seconds(20))});
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("A backend that is not ready for another reason is told at once") {
  TestStack stack;
  stack.found("loki_ready", "loki:3100", Readiness{false, "Some services are not Running:"});
  CHECK(causes_of(stack.judge()) == Causes{"backend-not-ready"});
}

TEST_CASE("Why a backend does not stay up stands in the log of its container") {
  const std::vector<std::pair<std::string, std::string>> words{
      {"mkdir /loki/rules: permission denied", "volume-permission-denied"},
      {"write /loki/wal/0001: no space left on device", "disk-full-any-backend"},
      {"error replaying WAL: corruption in segment /loki/wal/00000042 at 32768", "wal-replay-or-corrupt"}};
  for (const auto& [line, cause] : words) {
    const auto verdict = down_with_words(line).judge();
    CAPTURE(line);
    REQUIRE(causes_of(verdict) == Causes{cause});
    CHECK(verdict.findings[0].state == State::broken);
    CHECK_THAT(verdict.findings[0].evidence.at(0), Contains(line));
    CHECK_THAT(verdict.findings[0].consequences.at(0), Contains("backend-down: "));
    CHECK_THAT(verdict.findings[0].summary, Contains("container loki: restarting, restarted 7 times"));
  }
  CHECK_THAT(down_with_words(words[0].first).judge().findings[0].remedy.at(0),
             Contains("chown -R 10001:10001 /srv/loki"));
}

TEST_CASE("A backend that is down without words is down") {
  auto stack = down_with_words("");
  CHECK(causes_of(stack.judge()) == Causes{"backend-down"});
}

}  // namespace lgtmwatch
