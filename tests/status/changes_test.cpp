#include "daemon/status/changes.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace lgtmwatch;

struct StackSays {
  std::string name = "shop";
  State state = State::healthy;
  std::map<Signal, State> signals;
  std::vector<Finding> findings;
};

Snapshot snapshot_of(const std::vector<StackSays>& stacks) {
  Snapshot snapshot;
  for (const auto& says : stacks) {
    auto stack = std::make_shared<StackSnapshot>();
    stack->verdict.name = says.name;
    stack->verdict.state = says.state;
    stack->verdict.signals = says.signals;
    stack->verdict.findings = says.findings;
    snapshot.stacks.push_back(std::move(stack));
  }
  return snapshot;
}

Finding labels_gone() {
  Finding finding;
  finding.cause = "loki-empty";
  finding.subject = "loki";
  finding.stage = Stage::ingest;
  finding.state = State::broken;
  finding.summary = "Loki holds no labels";
  return finding;
}

std::string text_of(const Change& change) {
  constexpr std::array levels{"info", "warning", "error"};
  auto text = std::string(levels[static_cast<std::size_t>(change.level)]) + " " + change.message;
  for (const auto& [key, value] : change.fields) text += " " + key + "=" + value;
  return text;
}

std::vector<std::string> texts(const std::vector<StackSays>& before, const std::vector<StackSays>& after) {
  std::vector<std::string> lines;
  for (const auto& change : changes_between(snapshot_of(before), snapshot_of(after))) lines.push_back(text_of(change));
  return lines;
}

using Lines = std::vector<std::string>;

TEST_CASE("A finding is told when it opens and when it is over, and not in between") {
  StackSays well;
  StackSays ill;
  ill.findings = {labels_gone()};
  const std::string fields = " stack=shop cause=loki-empty subject=loki stage=ingest";
  CHECK(texts({well}, {ill}) == Lines{"error finding: Loki holds no labels" + fields});
  CHECK(texts({ill}, {ill}).empty());
  CHECK(texts({ill}, {well}) == Lines{"info finding is over: Loki holds no labels" + fields});
}

TEST_CASE("How bad a finding is decides how loud it is told") {
  struct Case {
    State state;
    const char* level;
  };
  const auto test_case = GENERATE(Case{State::broken, "error"}, Case{State::degraded, "warning"},
                                  Case{State::unknown, "warning"}, Case{State::healthy, "info"});
  StackSays ill;
  ill.findings = {labels_gone()};
  ill.findings[0].state = test_case.state;
  CHECK_THAT(texts({StackSays()}, {ill}).at(0), Catch::StartsWith(test_case.level));
}

TEST_CASE("A signal is told when its state changes") {
  StackSays before;
  before.signals = {{Signal::logs, State::healthy}, {Signal::traces, State::healthy}};
  StackSays after = before;
  after.signals[Signal::logs] = State::broken;
  CHECK(texts({before}, {after}) ==
        Lines{"error signal changed its state stack=shop signal=logs from=healthy to=broken"});
  CHECK(texts({after}, {before}) ==
        Lines{"info signal changed its state stack=shop signal=logs from=broken to=healthy"});
}

TEST_CASE("A stack is told when its state changes") {
  StackSays before;
  StackSays after;
  after.state = State::degraded;
  CHECK(texts({before}, {after}) == Lines{"warning stack changed its state stack=shop from=healthy to=degraded"});
  CHECK(texts({after}, {before}) == Lines{"info stack changed its state stack=shop from=degraded to=healthy"});
}

TEST_CASE("A stack that is new is compared with nothing known") {
  StackSays fresh;
  fresh.state = State::unknown;
  fresh.signals = {{Signal::logs, State::healthy}, {Signal::traces, State::unknown}};
  CHECK(texts({}, {fresh}) == Lines{"info signal changed its state stack=shop signal=logs from=unknown to=healthy"});
}

TEST_CASE("Stacks are compared by their names, not by their places") {
  StackSays a;
  a.name = "a";
  a.signals = {{Signal::logs, State::broken}};
  StackSays b;
  b.name = "b";
  b.signals = {{Signal::logs, State::healthy}};
  CHECK(texts({a, b}, {b, a}).empty());
}

TEST_CASE("The same snapshot has no changes") {
  StackSays ill;
  ill.findings = {labels_gone()};
  const auto snapshot = snapshot_of({ill});
  CHECK(changes_between(snapshot, snapshot).empty());
}

}  // namespace
