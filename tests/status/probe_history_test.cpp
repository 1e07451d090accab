#include "daemon/status/probe_history.hpp"

#include <catch2/catch.hpp>

#include "tests/status/support.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

using History = std::shared_ptr<const ProbeHistory>;

Exchange exchange_with(std::size_t bytes) {
  Exchange exchange;
  exchange.curl = "curl 'http://loki:3100/ready'";
  exchange.first_bytes = std::string(bytes, 'x');
  return exchange;
}

History after(RunRecord run, WallTime at, const History& before = nullptr, HistoryLimits limits = {}) {
  run.at = at;
  run.exchanges.push_back(exchange_with(100));
  return remember(before.get(), run, limits);
}

TEST_CASE("A failure is still there when good runs have taken its place among the last ones") {
  auto history = after(failed(Reason::refused), noon);
  for (int i = 1; i <= 50; ++i) history = after(good(), noon + i * 15s, history);
  CHECK(history->runs.size() == HistoryLimits().runs);
  CHECK(history->runs.front()->at == noon + 50 * 15s);
  REQUIRE(history->failures.size() == 1);
  CHECK(history->failures[0]->at == noon);
  CHECK(history->failures[0]->failure->reason == Reason::refused);
}

TEST_CASE("The newest failures take the place of the oldest") {
  History history;
  for (int i = 0; i < 50; ++i) history = after(failed(Reason::timeout), noon + i * 15s, history);
  REQUIRE(history->failures.size() == HistoryLimits().failures);
  CHECK(history->failures.front()->at == noon + 49 * 15s);
  CHECK(history->failures.back()->at == noon + 40 * 15s);
}

TEST_CASE("Bad news is kept with the failures although the probe got its answer") {
  const auto history = after(RunRecord(Observation(Readiness{false, "starting"})), noon);
  CHECK(history->failures.size() == 1);
  CHECK_FALSE(history->failures[0]->failure);
}

TEST_CASE("Of a good run the times are kept and the bodies are not, of a failure both are") {
  CHECK(after(good(), noon)->runs[0]->exchanges[0].first_bytes.empty());
  CHECK(after(failed(Reason::http_status), noon)->failures[0]->exchanges[0].first_bytes.size() == 100);
}

TEST_CASE("Of a run with many exchanges a few are kept: of a failure the last ones, which tell why") {
  auto run = failed(Reason::http_status);
  for (int i = 0; i < 100; ++i) {
    run.exchanges.push_back(exchange_with(0));
    run.exchanges.back().status = i;
  }
  const auto past = past_run(run);
  REQUIRE(past.exchanges.size() == 4);
  CHECK(past.exchanges.back().status == 99);
  CHECK(past.left_out == 96);
}

TEST_CASE("What a probe may take depends on how many there are, and the newest run is always kept") {
  CHECK(limits_for(1).bytes == HistoryLimits().bytes);
  CHECK(limits_for(10'000).bytes < 10'000);
  CHECK(limits_for(1'000'000).bytes == 1024);
  History history;
  for (int i = 0; i < 50; ++i) history = after(failed(Reason::timeout), noon + i * 15s, history, limits_for(1'000'000));
  CHECK(history->runs.size() == 1);
  CHECK(history->failures.size() == 1);
  CHECK(history->failures[0] == history->runs[0]);
}

TEST_CASE("The store shows the history of each probe, and a reload takes it over") {
  FakeJudge judge;
  auto before = judge.store();
  const auto place = before.add_probe(before.add_stack(plan_named("shop")), ProbeFacts());
  CHECK(before.publish(noon)->stacks[0]->histories[0] == nullptr);
  before.record(place, failed(Reason::refused));
  CHECK(before.publish(noon)->stacks[0]->histories[0]->failures.size() == 1);
  auto next = judge.store();
  next.add_probe(next.add_stack(plan_named("shop")), ProbeFacts());
  next.take_over(before);
  CHECK(next.publish(noon)->stacks[0]->histories[0]->failures.size() == 1);
}

}  // namespace
