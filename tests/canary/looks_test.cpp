// Canaries that were seen are looked at again: by search, through Grafana, and when they are old.
#include <catch2/catch.hpp>

#include "tests/canary/bench.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
using enum CanaryLookResult;
using Results = std::vector<CanaryLookResult>;

StackPlan plan_with_grafana(const std::vector<std::string>& uids = {"mimir", "loki", "tempo"}) {
  auto plan = simulated_plan("shop");
  for (auto& route : plan.canaries) {
    route.grafana = Endpoint(*Url::parse("http://grafana:3000"));
    route.datasource = uids.at(static_cast<std::size_t>(route.signal));
    route.looks.push_back({"grafana", CanaryRead::grafana, 0s, 60s, 10s, 5min});
  }
  return plan;
}

StackPlan plan_with_search() {
  auto plan = simulated_plan("shop");
  plan.canaries = {plan.canaries.back()};
  plan.canaries.front().looks.push_back({"search", CanaryRead::search, 5s, 2min, 5s, 5min});
  return plan;
}

void run_for(Bench& bench, int minutes) {
  for (int minute = 0; minute < minutes; ++minute) {
    bench.begin();
    bench.wait(60s);
  }
}

const CanaryLook& only_look(const CanaryRouteFacts& route) {
  REQUIRE(route.looks.size() == 1);
  return route.looks.front();
}

std::uint64_t looks(const CanaryRouteFacts& route, const std::string& name, CanaryLookResult result) {
  const auto found = route.tally.looks.find(name);
  return found == route.tally.looks.end() ? 0 : found->second[result];
}

TEST_CASE("One canary in five minutes is asked for through Grafana, and the time until it was there is told apart") {
  Bench bench;
  bench.apply(plan_with_grafana());
  run_for(bench, 11);
  for (const auto& route : bench.facts()) {
    CAPTURE(to_string(route.plan->signal), only_look(route).evidence);
    CHECK(looks(route, "grafana", found) == 3);
    CHECK(route.tally.visible_seconds.at(CanaryRead::grafana).count == 3);
    CHECK(only_look(route).recent == Results{found, found});
    CHECK(only_look(route).evidence.find("/api/datasources/proxy/uid/") != std::string::npos);
    CHECK(route.tally[CanaryOutcome::visible] == 11);
  }
}

TEST_CASE("A datasource that reads another tenant does not have them, which changes no outcome") {
  Bench bench;
  bench.apply(plan_with_grafana());
  (void)bench.stack.faults.set("grafana-ds-green-but-empty:loki", bench.clock.wall());
  run_for(bench, 4);
  const auto facts = bench.facts();
  CHECK(only_look(facts.at(1)).recent == Results{missing, missing});
  CHECK(only_look(facts.at(0)).recent.front() == found);
  CHECK(facts.at(1).tally[CanaryOutcome::visible] == 4);
}

TEST_CASE("Where Grafana cannot be asked the look is unknown, and the next canary is looked at") {
  Bench bench;
  bench.apply(plan_with_grafana());
  bench.stack.away.insert("grafana");
  run_for(bench, 4);
  const auto facts = bench.facts();
  const auto& look = only_look(facts.front());
  CHECK(look.recent == Results{unknown, unknown});
  REQUIRE(look.failure);
  CHECK(look.failure->reason == Reason::refused);
  bench.stack.away.clear();
  run_for(bench, 2);
  CHECK(only_look(bench.facts().front()).recent.front() == found);
}

TEST_CASE("Without a uid the only datasource of the type is asked, and none where Grafana has several or none") {
  Bench bench;
  bench.apply(plan_with_grafana({"", "", ""}));
  SECTION("one") {
    run_for(bench, 1);
    for (const auto& route : bench.facts()) CHECK(only_look(route).recent == Results{found});
  }
  SECTION("none") {
    (void)bench.stack.faults.set("grafana-ds-missing:loki", bench.clock.wall());
    run_for(bench, 3);
    const auto facts = bench.facts();
    const auto& look = only_look(facts.at(1));
    CHECK(look.recent.front() == unknown);
    REQUIRE(look.failure);
    CHECK(look.failure->what == "Grafana has 0 datasources of the type loki, and the configuration names none");
  }
}

TEST_CASE("A search finds a trace half a minute after its id does") {
  Bench bench;
  bench.apply(plan_with_search());
  run_for(bench, 3);
  const auto facts = bench.facts();
  const auto& route = facts.front();
  CHECK(only_look(route).recent == Results{found});
  REQUIRE(only_look(route).visible_after);
  CHECK(*only_look(route).visible_after >= 30s);
  CHECK(*only_look(route).visible_after <= 45s);
  CHECK(route.tally.visible_seconds.at(CanaryRead::search).count == 1);
  CHECK(route.tally.visible_seconds.at(CanaryRead::id).count == 3);
}

TEST_CASE("A search that fails is no loss, and told with what Tempo answers") {
  Bench bench;
  bench.apply(plan_with_search());
  (void)bench.stack.faults.set("tempo-search-broken-by-id-works", bench.clock.wall());
  run_for(bench, 6);
  const auto facts = bench.facts();
  CHECK(only_look(facts.front()).recent == Results{unknown, unknown});
  CHECK(only_look(facts.front()).failure->what.find("500") != std::string::npos);
  CHECK(facts.front().tally[CanaryOutcome::visible] == 6);
}

StackPlan plan_with_rereads() {
  auto plan = simulated_plan("shop");
  for (auto& route : plan.canaries) {
    const auto read = route.signal == Signal::traces ? CanaryRead::id : CanaryRead::query;
    route.rereads = {{"1h", read, 1h, 2h, 60s, 1h}, {"3h", read, 3h, 4h, 60s, 1h}};
  }
  return plan;
}

TEST_CASE("One canary an hour is read again at every age") {
  Bench bench;
  bench.apply(plan_with_rereads());
  run_for(bench, 4 * 60 + 5);
  for (const auto& route : bench.facts()) {
    CAPTURE(to_string(route.plan->signal));
    CHECK(looks(route, "1h", found) == 4);
    CHECK(looks(route, "3h", found) == 2);
    CHECK(looks(route, "1h", missing) == 0);
    CHECK(route.tally[CanaryOutcome::visible] == 4 * 60 + 5);
  }
}

TEST_CASE("What is gone when it is old was asked for twice, and is missing at that age alone") {
  Bench bench;
  bench.apply(plan_with_rereads());
  run_for(bench, 60);
  bench.stack.forgets = true;
  run_for(bench, 5);
  for (const auto& route : bench.facts()) {
    CAPTURE(to_string(route.plan->signal));
    CHECK(looks(route, "1h", missing) == 1);
    CHECK(looks(route, "1h", found) == 0);
  }
}

TEST_CASE("While the backend is away nothing old is missing, and it is asked again afterwards") {
  Bench bench;
  bench.apply(plan_with_rereads());
  run_for(bench, 60);
  bench.stack.away = {"loki", "tempo", "mimir"};
  run_for(bench, 30);
  bench.stack.away.clear();
  run_for(bench, 5);
  for (const auto& route : bench.facts()) {
    CAPTURE(to_string(route.plan->signal));
    CHECK(looks(route, "1h", found) == 1);
    CHECK(looks(route, "1h", missing) == 0);
    CHECK(looks(route, "1h", unknown) == 0);
  }
}

TEST_CASE("Questions, streams and series are counted") {
  Bench bench;
  auto plan = plan_with_rereads();
  plan.canaries.at(1).forms = {{CanaryForm::fresh_label, 1h}};
  bench.apply(plan);
  run_for(bench, 65);
  std::uint64_t reads = 0;
  for (const auto& route : bench.facts()) reads += route.tally.reads;
  CHECK(reads == bench.stack.reads);
  const auto facts = bench.facts();
  CHECK(facts.at(0).tally.series == 1);
  CHECK(facts.at(1).tally.series == bench.stack.store.logs.stream_count());
  CHECK(facts.at(2).tally.series == 0);
}

}  // namespace
