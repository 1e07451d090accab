// What canaries cost, as docs/canaries.md states it.
#include <catch2/catch.hpp>

#include "tests/canary/bench.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

constexpr std::uint64_t canaries_an_hour = 60;

void run_for_an_hour(Bench& bench) {
  for (std::uint64_t minute = 0; minute < canaries_an_hour; ++minute) {
    bench.begin();
    bench.wait(60s);
  }
}

TEST_CASE("An hour of plain canaries is 60 small writes a route and at most three reads for each") {
  Bench bench;
  run_for_an_hour(bench);
  CHECK(bench.outcomes() == all_three("visible 60"));
  const auto routes = bench.facts().size();
  CHECK(bench.stack.writes == routes * canaries_an_hour);
  CHECK(bench.stack.reads >= 2 * routes * canaries_an_hour);
  CHECK(bench.stack.reads <= 3 * routes * canaries_an_hour);
  for (const auto& route : bench.facts()) {
    CAPTURE(to_string(route.plan->signal), route.tally.bytes);
    CHECK(route.tally.bytes > 200 * canaries_an_hour);
    CHECK(route.tally.bytes < 700 * canaries_an_hour);
  }
}

TEST_CASE("Plain canaries are one stream and one series a route, however long they are written, and a trace each") {
  Bench bench;
  run_for_an_hour(bench);
  const auto streams = bench.stack.store.logs.stream_count();
  const auto series = bench.stack.store.metrics.series({}).size();
  run_for_an_hour(bench);
  CHECK(streams == 1);
  CHECK(bench.stack.store.logs.stream_count() == streams);
  CHECK(series == 2);  // with target_info
  CHECK(bench.stack.store.metrics.series({}).size() == series);
  CHECK(bench.stack.store.traces.trace_count() == 2 * canaries_an_hour);
}

TEST_CASE("Fresh labels are one stream and one series more an hour") {
  Bench bench;
  auto plan = simulated_plan("shop");
  for (auto& route : plan.canaries)
    if (route.signal != Signal::traces) route.forms = {{CanaryForm::fresh_label, 1h}};
  bench.apply(plan);
  for (int hour = 0; hour < 3; ++hour) run_for_an_hour(bench);
  CHECK(bench.stack.store.logs.stream_count() == 1 + 3);
  CHECK(bench.stack.store.metrics.series({}).size() == 2 + 2 * 3);  // each with a target_info of its own
}

TEST_CASE("A large canary is 3.5 MB more, once a day") {
  Bench bench;
  auto plan = simulated_plan("shop");
  for (auto& route : plan.canaries)
    if (route.signal == Signal::traces) route.forms = {{CanaryForm::large, 24h}};
  bench.apply(plan);
  run_for_an_hour(bench);
  const auto bytes = bench.facts().at(2).tally.bytes;
  CHECK(bytes > 3'300'000);
  CHECK(bytes < 4'000'000);
}

std::uint64_t reads_of_an_hour(const StackPlan& plan) {
  Bench bench;
  bench.apply(plan);
  run_for_an_hour(bench);
  std::uint64_t reads = 0;
  for (const auto& route : bench.facts()) reads += route.tally.reads;
  CHECK(reads == bench.stack.reads);
  return reads;
}

TEST_CASE("An hour of looks is at most 90 searches of a route, and 12 questions through Grafana") {
  auto plan = simulated_plan("shop");
  plan.canaries = {plan.canaries.back()};
  const auto plain = reads_of_an_hour(plan);
  auto& route = plan.canaries.front();
  route.looks = {{"search", CanaryRead::search, 5s, 2min, 5s, 5min}};
  const auto with_search = reads_of_an_hour(plan);
  CHECK(with_search > plain + 60);
  CHECK(with_search <= plain + 90);
  route.looks = {{"grafana", CanaryRead::grafana, 0s, 60s, 10s, 5min}};
  route.grafana = Endpoint(*Url::parse("http://grafana:3000"));
  route.datasource = "tempo";
  CHECK(reads_of_an_hour(plan) == plain + 12);
}

}  // namespace
