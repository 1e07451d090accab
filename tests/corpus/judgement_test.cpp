#include "tests/corpus/judgement.hpp"

#include <catch2/catch.hpp>

namespace lgtmwatch::corpus {
namespace {

using namespace std::chrono_literals;

constexpr auto limited = R"(
story: Loki limits the rate.
faults: [loki-rate-limited]
find:
  - { cause: loki-rate-limited, stage: ingest, signals: [logs], within: 1m }
)";

Scenario scenario(const std::string& text) { return read_scenario("a-scenario", text).value(); }

Sighting seen(const std::string& cause, Duration first, Duration last) {
  Sighting sighting;
  sighting.finding.cause = cause;
  sighting.finding.stage = Stage::ingest;
  sighting.finding.signals = {Signal::logs};
  sighting.first = first;
  sighting.last = last;
  return sighting;
}

std::vector<Sighting> all(std::initializer_list<Sighting> sightings) { return sightings; }

}  // namespace

TEST_CASE("a finding that comes in time and goes after the repair is right") {
  const auto judged = judge(scenario(limited), all({seen("loki-rate-limited", 2min + 30s, 4min)}));
  CHECK(judged.complaints.empty());
  REQUIRE(judged.found.size() == 1);
  CHECK(judged.found.front().after == Duration(30s));
}

TEST_CASE("a finding that never comes is missed, and taken for what came instead") {
  const auto judged = judge(scenario(limited), all({seen("backend-down", 2min + 30s, 4min)}));
  REQUIRE(judged.found.size() == 1);
  CHECK_FALSE(judged.found.front().after);
  CHECK(judged.found.front().taken_for == "backend-down");
  CHECK(judged.false_alarms == std::vector<std::string>{"backend-down"});
  CHECK(judged.complaints.size() == 2);
}

TEST_CASE("a finding that comes too late is a complaint") {
  CHECK(judge(scenario(limited), all({seen("loki-rate-limited", 3min + 30s, 4min)})).complaints.size() == 1);
}

TEST_CASE("a finding that stands before the fault, or after the repair, is a complaint") {
  CHECK_FALSE(judge(scenario(limited), all({seen("loki-rate-limited", 1min, 4min)})).complaints.empty());
  CHECK_FALSE(judge(scenario(limited), all({seen("loki-rate-limited", 2min + 30s, 7min)})).complaints.empty());
}

TEST_CASE("a consequence is found where the finding above it lists it, and from then on") {
  const auto hidden = scenario(R"(
story: Loki limits the rate, and nobody is told.
faults: [loki-rate-limited]
find:
  - { cause: batch-hides-backpressure, beneath: loki-rate-limited, within: 1m }
)");
  auto above = seen("loki-rate-limited", 2min + 15s, 4min);
  CHECK(judge(hidden, all({above})).complaints == std::vector<std::string>{"batch-hides-backpressure was not found"});
  above.beneath["batch-hides-backpressure"] = 2min + 30s;
  const auto judged = judge(hidden, all({above}));
  CHECK(judged.complaints.empty());
  CHECK(judged.found.front().after == Duration(30s));
}

TEST_CASE("a finding at another stage or of other signals is not the expected one") {
  auto elsewhere = seen("loki-rate-limited", 2min + 30s, 4min);
  elsewhere.finding.stage = Stage::export_;
  CHECK_FALSE(judge(scenario(limited), all({elsewhere})).found.front().after);
}

TEST_CASE("where the scenario says that it is ambiguous, a finding that names the cause as an alternative is right") {
  const auto ambiguous = scenario(std::string(limited) + "ambiguous: [source-silent]\n");
  auto silent = seen("source-silent", 2min + 30s, 4min);
  CHECK_FALSE(judge(ambiguous, all({silent})).complaints.empty());
  silent.finding.alternatives = {"loki-rate-limited: Loki limits the rate"};
  CHECK(judge(ambiguous, all({silent})).complaints.empty());
}

TEST_CASE("a look-alike passes only where nothing is found") {
  const auto idle = scenario("story: nobody is there\nfaults: [app-idle]\nlooks_like: true\n");
  CHECK(judge(idle, {}).complaints.empty());
  CHECK(judge(idle, all({seen("source-silent", 3min, 4min)})).false_alarms.size() == 1);
}

TEST_CASE("a scenario without steps is wrong in its settings, from the start to the end") {
  const auto wrong = scenario("story: x\nsettings: { tempo: {} }\nfind: [{ cause: backend-down, within: 1m }]\n");
  CHECK(wrong.begin == Duration::zero());
  CHECK(wrong.length == Duration(2min));
  const auto judged = judge(wrong, all({seen("backend-down", 1s, 2min)}));
  CHECK(judged.complaints.empty());
  CHECK(judged.found.front().after == Duration(1s));
  CHECK(scenario("story: x\nlooks_like: true\nlength: 5m\n").length == Duration(5min));
}

TEST_CASE("a scenario that cannot be read says which and why") {
  const auto complaint = [](const std::string& text) { return read_scenario("a-scenario", text).error().what; };
  CHECK(complaint("story: x\nfaults: [a]\nfnid: []\n") ==
        "the scenario a-scenario: the file has the key fnid, which is not known");
  CHECK(complaint("story: x\nfaults: [a]\nsteps: []\nlooks_like: true\n") ==
        "the scenario a-scenario: there are faults as well as steps");
  CHECK(complaint("story: x\nfind: [{cause: a}]\n") == "the scenario a-scenario: nothing happens in it");
  CHECK(complaint("story: x\nfaults: [a]\n") ==
        "the scenario a-scenario: a scenario has something to find, or says looks_like: true");
  CHECK(complaint("story: x\nsteps: [{at: 2m, fault: a}, {at: 1m, clear: a}]\nlooks_like: true\n") ==
        "the scenario a-scenario: the steps are not in the order of their times");
}

}  // namespace lgtmwatch::corpus
