#include "daemon/watch.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <set>
#include <stdexcept>

#include "tests/support/fake_grpc_client.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

// A stack with a Loki and nothing else.
Plan loki_plan() {
  ComponentPlan loki(Endpoint(Url::parse("http://loki:3100").value()));
  loki.interval = 15s;
  loki.timeout = 5s;
  StackPlan stack;
  stack.name = "shop";
  stack.loki = loki;
  Plan plan;
  plan.stacks.push_back(stack);
  return plan;
}

struct Bench {
  ~Bench() {
    tasks.cancel();
    settle(io);
  }

  std::shared_ptr<const RunRecord> last_of(const std::string& probe) {
    for (const auto& facts : watch.store().publish(clock.wall())->stacks.at(0)->facts.probes)
      if (facts.probe == probe) return facts.last;
    return nullptr;
  }

  ManualClock clock;
  FakeHttpClient http;
  FakeGrpcClient grpc;
  Watch watch{loki_plan(), Clients{http, grpc}, clock, 2};
  boost::asio::io_context io{1};
  TaskGroup tasks{io.get_executor(), rethrow};
};

TEST_CASE("The schedule has each probe once, with its id and interval") {
  Bench bench;
  const auto schedule = bench.watch.schedule();
  REQUIRE(schedule.ids.size() >= 2);
  CHECK(schedule.ids.size() == schedule.intervals.size());
  CHECK(bench.watch.all_probes().size() == schedule.ids.size());
  CHECK(std::set(schedule.ids.begin(), schedule.ids.end()).size() == schedule.ids.size());
  for (const auto& id : schedule.ids) CHECK_THAT(id, Catch::StartsWith("shop/loki_"));
  for (std::size_t i = 0; i < schedule.ids.size(); ++i)
    if (schedule.ids[i].starts_with("shop/loki_labels/")) CHECK(schedule.intervals[i] == 15s);
}

TEST_CASE("A round leaves the record of every probe, with its evidence") {
  Bench bench;
  bench.http.answer("GET", "/loki/api/v1/labels", 200, R"({"status":"success","data":["app"]})");
  run_to_end(bench.io, bench.watch.run_at_once(bench.watch.all_probes()));
  CHECK(bench.watch.store().publish(bench.clock.wall())->complete);
  const auto labels = bench.last_of("loki_labels");
  REQUIRE(labels != nullptr);
  REQUIRE(labels->found.has_value());
  CHECK(std::get<LokiLabels>(*labels->found).labels == 1);
  CHECK(labels->at == bench.clock.wall());
  REQUIRE(labels->exchanges.size() == 1);
  CHECK(labels->exchanges[0].status == 200);
}

TEST_CASE("A canary of which nobody speaks is checked once Alloy has been asked for its graph") {
  const Endpoint alloy(Url::parse("http://alloy:12345").value());
  auto plan = loki_plan();
  plan.stacks.front().alloys.emplace_back(alloy);
  plan.stacks.front().alloys.front().name = "gateway";
  plan.stacks.front().alloys.front().timeout = 5s;
  ReceiverPlan receiver;
  receiver.name = "app";
  receiver.endpoint = alloy;
  plan.stacks.front().alloys.front().receivers = {receiver};
  CanaryRoutePlan route(alloy, alloy);
  route.route = "app";
  route.is_named = false;
  plan.stacks.front().canaries = {route};
  Bench bench;
  Watch watch(plan, Clients{bench.http, bench.grpc}, bench.clock, 2);
  CHECK(watch.checks_canary(0));
  CanaryRouteFacts facts;
  facts.plan = std::make_shared<const CanaryRoutePlan>(route);
  watch.store().set_canaries("shop", {facts});
  watch.store().publish(bench.clock.wall());
  CHECK_FALSE(watch.checks_canary(0));
  SECTION("it says nothing of the receiver") { bench.http.answer("GET", "/api/v0/web/components", 200, "[]"); }
  SECTION("it does not answer") { bench.http.answer("GET", "/api/v0/web/components", 500, ""); }
  run_to_end(bench.io, watch.run_at_once(watch.all_probes()));
  watch.store().publish(bench.clock.wall());
  CHECK(watch.checks_canary(0));
}

TEST_CASE("Each run asks under the deadline of its probe") {
  Bench bench;
  run_to_end(bench.io, bench.watch.run_at_once(bench.watch.all_probes()));
  REQUIRE_FALSE(bench.http.asked.empty());
  for (const auto& asked : bench.http.asked) {
    CHECK(asked.address == "loki:3100");
    CHECK(asked.deadline.at() == bench.clock.now() + 5s);
  }
}

TEST_CASE("An error of the client is the failure of the run") {
  Bench bench;
  bench.http.fail("GET", "/", Error(Phase::connect, Reason::refused, "loki:3100 refused the connection"));
  run_to_end(bench.io, bench.watch.run_at_once(bench.watch.all_probes()));
  REQUIRE(bench.last_of("loki_labels") != nullptr);
  CHECK(bench.last_of("loki_labels")->failure->reason == Reason::refused);
}

TEST_CASE("An exception of a probe, which is a bug, is recorded as one and ends no other") {
  Bench bench;
  FakeHttpClient::Rule broken;
  broken.matches = [](const std::string&, const std::string& target) { return target.starts_with("/loki/api"); };
  broken.answer = []() -> Result<HttpResponse> { throw std::logic_error("impossible"); };
  bench.http.answer("GET", "/ready", 200, "ready");
  bench.http.rules.push_back(broken);
  run_to_end(bench.io, bench.watch.run_at_once(bench.watch.all_probes()));
  const auto labels = bench.last_of("loki_labels");
  REQUIRE(labels != nullptr);
  CHECK(labels->failure->reason == Reason::internal);
  CHECK(labels->failure->what == "shop/loki_labels/loki:3100 failed: impossible");
  CHECK(bench.last_of("loki_ready")->good());
}

TEST_CASE("A component that says that it is not ready is remembered until it is") {
  Bench bench;
  bench.http.answer("GET", "/ready", 503, "Ingester not ready: waiting for 15s after being ready");
  run_to_end(bench.io, bench.watch.run_at_once(bench.watch.all_probes()));
  CHECK(bench.watch.not_ready_yet().size() == 1);
  bench.http.answer("GET", "/ready", 200, "ready");
  run_to_end(bench.io, bench.watch.run_at_once(bench.watch.not_ready_yet()));
  CHECK(bench.watch.not_ready_yet().empty());
}

TEST_CASE("Cancelled runs end at once and leave nothing recorded; what had ended stays") {
  Bench bench;
  bench.http.answer("GET", "/ready", 200, "ready");
  bench.http.hang("GET", "/loki/api");
  bench.tasks.spawn(bench.watch.run_at_once(bench.watch.all_probes()));
  settle(bench.io);
  REQUIRE(bench.http.hanging > 0);
  bench.watch.cancel_runs_at_once();
  settle(bench.io);
  CHECK(bench.http.hanging == 0);
  CHECK(bench.tasks.size() == 0);
  CHECK(bench.last_of("loki_labels") == nullptr);
  CHECK(bench.last_of("loki_ready")->good());
  CHECK_FALSE(bench.watch.store().publish(bench.clock.wall())->complete);
}

TEST_CASE("A single run that is cancelled says so to who runs it, and records nothing") {
  Bench bench;
  bench.http.hang("GET", "/");
  for (const auto probe : bench.watch.all_probes()) bench.tasks.spawn(bench.watch.run(probe));
  settle(bench.io);
  const auto hung = bench.http.hanging;
  REQUIRE(hung > 0);
  bench.tasks.cancel();
  settle(bench.io);
  CHECK(bench.http.cancelled == hung);
  CHECK(bench.tasks.size() == 0);
  CHECK(bench.last_of("loki_labels") == nullptr);
}

TEST_CASE("A probe that has not ended within three of its intervals does not keep up") {
  Bench bench;
  CHECK_FALSE(bench.watch.what_stands().has_value());
  bench.clock.advance(bench.io, 51s);
  const auto stands = bench.watch.what_stands();
  REQUIRE(stands.has_value());
  CHECK_THAT(*stands, Catch::StartsWith("the probe shop/loki_") &&
                          Catch::EndsWith("has not ended for 51s, its interval is 15s"));
  run_to_end(bench.io, bench.watch.run_at_once(bench.watch.all_probes()));
  CHECK_FALSE(bench.watch.what_stands().has_value());
}

}  // namespace
