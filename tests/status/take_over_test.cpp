// What a store takes over from the one before a reload.
#include <catch2/catch.hpp>

#include "tests/status/support.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

ProbeFacts asking(const std::string& question) {
  ProbeFacts facts;
  facts.probe = "loki_labels";
  facts.target = "loki:3100";
  facts.question = question;
  return facts;
}

// A store with one stack and one probe, which has failed once and then found something.
struct Reloaded {
  Reloaded() {
    judge.findings = {finding("backend-down")};
    const auto place = before.add_probe(before.add_stack(plan_named("shop")), asking("http://loki:3100"));
    before.record(place, failed(Reason::refused));
    before.record(place, newest(noon));
    before.publish(noon);
  }

  StatusStore after(const std::string& stack, const std::string& question) {
    auto store = judge.store();
    store.add_probe(store.add_stack(plan_named(stack)), asking(question));
    store.take_over(before);
    return store;
  }

  FakeJudge judge;
  StatusStore before = judge.store();
};

TEST_CASE("After a reload what was known of a probe that stays goes on, and its findings keep their time") {
  Reloaded reloaded;
  auto store = reloaded.after("shop", "http://loki:3100");
  const auto snapshot = store.publish(noon + 1min);
  const auto& facts = snapshot->stacks[0]->facts.probes[0];
  CHECK(snapshot->complete);
  CHECK(facts.failures.at(Reason::refused) == 1);
  CHECK(facts.last_seen == noon);
  CHECK(facts.settled->good());
  CHECK(snapshot->stacks[0]->verdict.findings[0].since == noon);
}

TEST_CASE("A probe that waits for its confirmation waits on after a reload") {
  Reloaded reloaded;
  reloaded.before.record({0, 0}, failed(Reason::timeout));
  auto store = reloaded.after("shop", "http://loki:3100");
  CHECK(store.publish(noon)->stacks[0]->facts.probes[0].settled->good());
  store.record({0, 0}, failed(Reason::timeout));
  CHECK_FALSE(store.publish(noon)->stacks[0]->facts.probes[0].settled->good());
}

TEST_CASE("Nothing is taken over by a probe that asks something else, nor by another stack") {
  Reloaded reloaded;
  for (const auto& [stack, question] :
       {std::pair{"shop", "http://other:3100"}, std::pair{"desk", "http://loki:3100"}}) {
    INFO(stack << " " << question);
    auto store = reloaded.after(stack, question);
    const auto snapshot = store.publish(noon);
    CHECK_FALSE(snapshot->complete);
    CHECK(snapshot->stacks[0]->facts.probes[0].last == nullptr);
    CHECK(snapshot->stacks[0]->facts.probes[0].failures.empty());
  }
}

TEST_CASE("The selector of an expectation is part of what its probe asks, and a new max_age holds at once") {
  FakeJudge judge;
  const auto plan_with = [](const std::string& selector, Duration max_age) {
    StackPlan plan;
    plan.name = "shop";
    plan.expectations.push_back({"cart", "", Signal::logs, "", "cart", selector, max_age, Expect::always});
    return std::make_shared<const StackPlan>(plan);
  };
  ProbeFacts facts;
  facts.target = "cart/logs";
  auto before = judge.store();
  before.record(before.add_probe(before.add_stack(plan_with("{a=\"b\"}", 1min)), facts), newest(noon));
  for (const auto& [selector, is_kept] : {std::pair{"{a=\"b\"}", true}, std::pair{"{a=\"c\"}", false}}) {
    INFO(selector);
    auto store = judge.store();
    store.add_probe(store.add_stack(plan_with(selector, 2min)), facts);
    store.take_over(before);
    const auto snapshot = store.publish(noon);
    CHECK(snapshot->stacks[0]->facts.probes[0].last_seen.has_value() == is_kept);
    CHECK(snapshot->stacks[0]->facts.probes[0].max_age == 2min);
  }
}

TEST_CASE("A store that was complete once stays ready over a reload that adds a probe") {
  Reloaded reloaded;
  auto store = reloaded.after("shop", "http://loki:3100");
  store.add_probe(0, asking("http://new:3100"));
  const auto snapshot = store.publish(noon);
  CHECK_FALSE(snapshot->complete);
  CHECK(snapshot->ready);
}

}  // namespace
