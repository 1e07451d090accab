#include "daemon/hand_runs.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "tests/support/fake_grpc_client.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

Plan loki_plan() {
  StackPlan stack;
  stack.name = "shop";
  stack.loki = ComponentPlan(Endpoint(Url::parse("http://loki:3100").value()));
  stack.loki->interval = 15s;
  stack.loki->timeout = 5s;
  Plan plan;
  plan.stacks.push_back(stack);
  return plan;
}

struct Bench {
  ~Bench() {
    run_to_end(io, runs.stop());
    tasks.cancel();
    settle(io);
  }

  void begin(std::optional<RunNow>& outcome) {
    tasks.spawn(keep_value(runs.run(id), outcome));
    settle(io);
  }

  const std::string id = "shop/loki_ready/loki:3100";
  ManualClock clock;
  FakeHttpClient http;
  FakeGrpcClient grpc;
  Watch watch{loki_plan(), Clients{http, grpc}, clock, 2};
  int published = 0;
  boost::asio::io_context io{1};
  HandRuns runs{io.get_executor(), [this]() -> Watch& { return watch; }, [this] { ++published; }, rethrow};
  TaskGroup tasks{io.get_executor(), rethrow};
};

TEST_CASE("A probe that is run by hand has its run recorded and published before the answer") {
  Bench bench;
  bench.http.answer("GET", "/ready", 200, "ready");
  CHECK(run_to_end(bench.io, bench.runs.run(bench.id)) == RunNow::done);
  CHECK(bench.published == 1);
  const auto snapshot = bench.watch.store().publish(bench.clock.wall());
  int with_a_run = 0;
  for (const auto& probe : snapshot->stacks.at(0)->facts.probes) with_a_run += probe.last ? 1 : 0;
  CHECK(with_a_run == 1);
}

TEST_CASE("A probe that does not exist cannot be run") {
  Bench bench;
  for (const auto* id : {"", "shop", "shop/loki_ready/loki:3101"})
    CHECK(run_to_end(bench.io, bench.runs.run(id)) == RunNow::unknown);
}

TEST_CASE("A probe that is running is not run a second time beside it, by hand or by the schedule") {
  std::optional<RunNow> first;
  Bench bench;
  bench.http.hang("GET", "/ready");
  bench.begin(first);
  CHECK(bench.http.hanging == 1);
  CHECK(run_to_end(bench.io, bench.runs.run(bench.id)) == RunNow::running);
  run_to_end(bench.io, bench.watch.run(*bench.watch.find(bench.id)));
  CHECK(bench.http.hanging == 1);
  CHECK_FALSE(first);
}

TEST_CASE("What runs by hand is cancelled at the end, and who waits for it is told; nothing is begun then") {
  std::optional<RunNow> waiting;
  Bench bench;
  bench.http.hang("GET", "/ready");
  bench.begin(waiting);
  run_to_end(bench.io, bench.runs.stop());
  settle(bench.io);
  CHECK(waiting == RunNow::cancelled);
  CHECK(run_to_end(bench.io, bench.runs.run(bench.id)) == RunNow::cancelled);
  bench.http.answer("GET", "/ready", 200, "ready");
  bench.runs.go_on();
  CHECK(run_to_end(bench.io, bench.runs.run(bench.id)) == RunNow::done);
}

}  // namespace
