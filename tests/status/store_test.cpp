#include "daemon/status/store.hpp"

#include <catch2/catch.hpp>

#include "tests/status/support.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

// One stack with one probe.
struct One {
  explicit One(int confirmations = 2) : store(judge.store(confirmations)) {
    place = store.add_probe(store.add_stack(plan_named("shop")), ProbeFacts());
  }
  const ProbeFacts& facts(WallTime now = noon) {
    snapshot = store.publish(now);
    return snapshot->stacks[0]->facts.probes[0];
  }

  FakeJudge judge;
  StatusStore store;
  StatusStore::Place place;
  std::shared_ptr<const Snapshot> snapshot;
};

TEST_CASE("Before the first publish the snapshot is empty and not complete") {
  One one;
  CHECK(one.store.snapshot()->stacks.empty());
  CHECK_FALSE(one.store.snapshot()->complete);
}

TEST_CASE("Where there is nothing to watch, as in a shard without stacks, the snapshot is complete at once") {
  FakeJudge judge;
  auto store = judge.store();
  CHECK(store.publish(noon)->complete);
  CHECK(store.snapshot()->ready);
}

TEST_CASE("A snapshot is complete once every probe of every stack has run") {
  FakeJudge judge;
  auto store = judge.store();
  const auto first = store.add_stack(plan_named("a"));
  const auto second = store.add_stack(plan_named("b"));
  const std::vector places{store.add_probe(first, {}), store.add_probe(first, {}), store.add_probe(second, {})};
  for (const auto place : places) {
    CHECK_FALSE(store.publish(noon)->complete);
    store.record(place, good());
    store.record(place, failed(Reason::reset));
  }
  CHECK(store.publish(noon)->complete);
}

TEST_CASE("Stacks that are judged one by one are shown as they were then, and complete where they were so") {
  FakeJudge judge;
  auto store = judge.store();
  const std::vector places{store.add_probe(store.add_stack(plan_named("a")), {}),
                           store.add_probe(store.add_stack(plan_named("b")), {})};
  store.publish(noon);
  for (const auto place : places) store.record(place, good());
  store.judge(0, noon);
  auto shown = store.show(noon);
  CHECK(shown->stacks[0]->facts.probes[0].last);
  CHECK_FALSE(shown->stacks[1]->facts.probes[0].last);
  CHECK_FALSE(shown->complete);
  store.judge(1, noon);
  shown = store.show(noon);
  CHECK(shown->stacks[1]->facts.probes[0].last);
  CHECK(shown->complete);
}

TEST_CASE("The first run counts at once, also when it is bad") {
  One one;
  CHECK(one.facts().last == nullptr);
  one.store.record(one.place, failed(Reason::refused));
  CHECK(one.facts().settled->failure->reason == Reason::refused);
  CHECK(one.facts().last == one.facts().settled);
}

TEST_CASE("Bad news after good news needs a second run, but is shown as the last run at once") {
  One one;
  one.store.record(one.place, good());
  one.store.record(one.place, failed(Reason::timeout));
  CHECK(one.facts().last->failure.has_value());
  CHECK(one.facts().settled->good());
  one.store.record(one.place, failed(Reason::reset));
  CHECK(one.facts().settled->failure->reason == Reason::reset);
  one.store.record(one.place, good());
  CHECK(one.facts().settled->good());
}

TEST_CASE("A recovery is remembered from the good run that ends confirmed bad news, and the first run is none") {
  One one;
  auto back = good();
  back.at = noon;
  one.store.record(one.place, good());
  one.store.record(one.place, failed(Reason::timeout));
  one.store.record(one.place, good());
  CHECK_FALSE(one.facts().recovered_at);
  one.store.record(one.place, failed(Reason::timeout));
  one.store.record(one.place, failed(Reason::timeout));
  one.store.record(one.place, std::move(back));
  CHECK(one.facts().recovered_at == noon);
}

TEST_CASE("Bad news is remembered from its first run that counted, until it is over") {
  One one(1);
  auto first = failed(Reason::timeout);
  first.at = noon;
  one.store.record(one.place, std::move(first));
  one.store.record(one.place, failed(Reason::reset));
  CHECK(one.facts().bad_since == noon);
  one.store.record(one.place, good());
  CHECK_FALSE(one.facts().bad_since);
}

TEST_CASE("A source's last gap lies between two records") {
  FakeJudge judge;
  auto store = judge.store(2);
  StackPlan plan;
  Expectation logs;
  logs.source = "shop";
  logs.signal = Signal::logs;
  logs.max_age = std::chrono::minutes(1);
  plan.expectations = {logs};
  ProbeFacts facts;
  facts.target = "shop/logs";
  const auto place = store.add_probe(store.add_stack(std::make_shared<const StackPlan>(plan)), facts);
  const auto gap = [&](Duration after) {
    store.record(place, newest(noon + after));
    const auto& found = store.publish(noon)->stacks[0]->facts.probes[0];
    return std::pair(found.gap_since, found.active_since);
  };
  const std::pair<std::optional<WallTime>, std::optional<WallTime>> none, only(noon + 60s, noon + 121s);
  CHECK(gap(0s) == none);
  CHECK(gap(60s) == none);
  CHECK(gap(121s) == only);
  CHECK(gap(150s) == only);
}

TEST_CASE("Older records go on with the time, or they are a backlog, or the last of a source") {
  const auto goes_on = [](Duration step) {
    One one;
    for (const auto& [at, newest] : {std::pair{noon, noon - 1h}, std::pair{noon + 5min, noon - 1h + step}}) {
      OlderRecord older;
      older.newest = newest;
      RunRecord run{Result<Observation>(older)};
      run.at = at;
      one.store.record(one.place, std::move(run));
    }
    return one.facts().older.advanced;
  };
  CHECK(goes_on(5min) == noon + 5min);
  CHECK(goes_on(4min + 10s) == noon + 5min);
  CHECK_FALSE(goes_on(0s));
  CHECK_FALSE(goes_on(30min));
}

TEST_CASE("With one confirmation bad news counts at once") {
  One one(1);
  one.store.record(one.place, good());
  one.store.record(one.place, failed(Reason::timeout));
  CHECK_FALSE(one.facts().settled->good());
}

TEST_CASE("The newest record is kept through errors, empty answers and older ones") {
  One one;
  CHECK_FALSE(one.facts().last_seen.has_value());
  one.store.record(one.place, newest(noon));
  CHECK(one.facts().last_seen == noon);
  for (const auto& run : {failed(Reason::timeout), newest(std::nullopt), newest(noon - 1min), good()}) {
    one.store.record(one.place, run);
    CHECK(one.facts().last_seen == noon);
  }
  one.store.record(one.place, newest(noon + 1s));
  CHECK(one.facts().last_seen == noon + 1s);
}

TEST_CASE("Failures are counted by their reason, refused signals among them") {
  One one;
  one.store.record(one.place, failed(Reason::refused));
  one.store.record(one.place, failed(Reason::refused));
  one.store.record(one.place, failed(Reason::dns));
  one.store.record(one.place, good());
  SignalAnswer refused;
  refused.refusal = Error(Phase::content, Reason::not_found, "404");
  const ReceiverAnswers answers{{SignalAnswer(), refused, refused}};
  one.store.record(one.place, RunRecord(Observation(answers)));
  const std::map<Reason, std::uint64_t> expected{{Reason::refused, 2}, {Reason::dns, 1}, {Reason::not_found, 2}};
  CHECK(one.facts().failures == expected);
}

TEST_CASE("Only stacks that changed are judged again; the others are the very same in the next snapshot") {
  FakeJudge judge;
  auto store = judge.store();
  std::vector<StatusStore::Place> places;
  for (const auto* name : {"a", "b", "c"})
    places.push_back(store.add_probe(store.add_stack(plan_named(name)), ProbeFacts()));
  const auto first = store.publish(noon);
  CHECK(judge.judged == std::vector<std::string>{"a", "b", "c"});
  store.record(places[1], good());
  store.record(places[1], good());
  const auto second = store.publish(noon + 1s);
  CHECK(judge.judged == std::vector<std::string>{"a", "b", "c", "b"});
  CHECK(second->stacks[0] == first->stacks[0]);
  CHECK(second->stacks[1] != first->stacks[1]);
  CHECK(second->stacks[2] == first->stacks[2]);
  (void)store.publish(noon + 2s);
  CHECK(judge.judged.size() == 4);
}

TEST_CASE("A snapshot never changes once it was published") {
  One one;
  one.store.record(one.place, good());
  const auto before = one.store.publish(noon);
  one.store.record(one.place, failed(Reason::dns));
  CHECK(one.store.snapshot() == before);
  const auto after = one.store.publish(noon + 1s);
  CHECK(before->stacks[0]->facts.probes[0].last->good());
  CHECK(before->at == noon);
  CHECK_FALSE(after->stacks[0]->facts.probes[0].last->good());
  CHECK(one.store.snapshot() == after);
}

Finding of_signals(const std::string& cause, std::vector<Signal> signals) {
  auto made = finding(cause);
  made.signals = std::move(signals);
  return made;
}

TEST_CASE("A finding that comes to concern more signals keeps its time") {
  One one;
  one.judge.findings = {of_signals("a", {Signal::logs})};
  (void)one.facts(noon);
  one.judge.findings = {of_signals("a", {Signal::logs, Signal::traces})};
  one.store.record(one.place, good());
  (void)one.facts(noon + 1min);
  CHECK(one.snapshot->stacks[0]->verdict.findings[0].since == noon);
}

TEST_CASE("What silence alone speaks for waits a minute after a finding that told more of the signal") {
  One one;
  auto rest = of_signals("source-silent", {Signal::traces});
  rest.rests_on_silence = true;
  const auto found_at = [&](Duration after, std::vector<Finding> judged) {
    one.judge.findings = std::move(judged);
    one.store.record(one.place, good());
    (void)one.facts(noon + after);
    return one.snapshot->stacks[0]->verdict.findings.size();
  };
  CHECK(found_at(0s, {of_signals("memory-limiter-refusing", {Signal::traces})}) == 1);
  CHECK(found_at(15s, {rest}) == 0);
  CHECK(found_at(59s, {rest}) == 0);
  CHECK(found_at(60s, {rest}) == 1);
  SECTION("one that is told already goes on") {
    CHECK(found_at(75s, {rest, of_signals("backend-down", {Signal::traces})}) == 2);
    CHECK(found_at(90s, {rest}) == 1);
  }
  SECTION("one of another signal does not wait") {
    rest.subject = "another";
    rest.signals = {Signal::logs};
    CHECK(found_at(75s, {of_signals("backend-down", {Signal::traces})}) == 1);
    CHECK(found_at(90s, {rest}) == 1);
  }
}

TEST_CASE("A finding keeps the time of the first snapshot that had it, until it is over") {
  One one;
  const auto since = [&](std::size_t index) { return one.snapshot->stacks[0]->verdict.findings[index].since; };
  one.judge.findings = {finding("a")};
  (void)one.facts(noon);
  one.judge.findings = {finding("b"), finding("a")};
  one.store.record(one.place, good());
  (void)one.facts(noon + 1min);
  CHECK(since(0) == noon + 1min);
  CHECK(since(1) == noon);
  one.judge.findings = {finding("b")};
  one.store.record(one.place, good());
  (void)one.facts(noon + 2min);
  CHECK(since(0) == noon + 1min);
  one.judge.findings = {finding("a")};
  one.store.record(one.place, good());
  (void)one.facts(noon + 3min);
  CHECK(since(0) == noon + 3min);
}

}  // namespace
