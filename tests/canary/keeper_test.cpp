// Canaries on the sandbox's handlers, in simulated time: every outcome, on every signal where it can occur.
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <regex>

#include "tests/canary/bench.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

TEST_CASE("A canary that arrives is visible on every signal, with its histograms") {
  Bench bench;
  bench.begin();
  CHECK(bench.outcomes() == all_three("in flight 1"));
  bench.wait(10s);
  CHECK(bench.outcomes() == all_three("visible 1"));
  for (const auto& route : bench.facts()) {
    CHECK(route.tally.write_seconds.count == 1);
    REQUIRE(route.tally.visible_seconds.size() == 1);
    CHECK(route.tally.visible_seconds.begin()->second.count == 1);
    CHECK(route.tally.bytes > 100);
    CHECK(route.last->outcome == CanaryOutcome::visible);
  }
}

TEST_CASE("The latencies of the last thirty that were seen are kept, the newest first") {
  Bench bench;
  bench.begin();
  bench.wait(1min);
  const auto of_first = bench.facts().front().latencies;
  REQUIRE(of_first.size() == 1);
  CHECK(of_first.front() == bench.facts().front().last->visible_after);
  bench.stack.drops_writes = true;
  bench.begin();
  bench.wait(1h);
  CHECK(bench.facts().front().latencies == of_first);
  bench.stack.drops_writes = false;
  for (int i = 0; i < 40; ++i) {
    bench.begin();
    bench.wait(1min);
  }
  for (const auto& route : bench.facts()) {
    CHECK(route.latencies.size() == 30);
    CHECK(route.latencies.front() == route.last->visible_after);
  }
}

TEST_CASE("A canary that was seen is not overdue while it waits to be confirmed") {
  Bench bench;
  auto plan = simulated_plan("shop");
  for (auto& route : plan.canaries) route.patience.deadline = 3s;
  bench.apply(plan);
  bench.begin();
  bench.wait(4s);
  CHECK(bench.outcomes() == all_three("in flight 1"));
  for (const auto& route : bench.facts()) {
    CHECK(route.overdue(bench.clock.wall()) == 0);
    CHECK(route.last->seen);
    CHECK(route.tally.visible_seconds.begin()->second.count == 1);
  }
}

TEST_CASE("A canary that is acknowledged and kept nowhere is overdue at its deadline and lost at lost_after") {
  Bench bench;
  bench.stack.drops_writes = true;
  bench.begin();
  bench.wait(31s);
  CHECK(bench.outcomes() == all_three("in flight 1"));
  for (const auto& route : bench.facts()) CHECK(route.overdue(bench.clock.wall()) == 1);
  bench.wait(10min);
  CHECK(bench.outcomes() == all_three("lost 1"));
  for (const auto& route : bench.facts()) CHECK(route.overdue(bench.clock.wall()) == 0);
}

TEST_CASE("A canary whose write is refused is rejected, is not asked for, and says why") {
  Bench bench;
  bench.stack.refuses_with = 400;
  bench.begin();
  bench.wait(2h);
  CHECK(bench.outcomes() == all_three("rejected 1"));
  CHECK(bench.stack.reads == 0);
  CHECK(bench.facts().front().last->trouble == "answered 400: refused by the test");
}

TEST_CASE("A way in that refuses connections rejects") {
  Bench bench;
  bench.stack.away = {"alloy"};
  bench.begin();
  CHECK(bench.outcomes() == all_three("rejected 1"));
}

TEST_CASE("A write without an answer that arrived is visible, one that did not is unacknowledged") {
  Bench bench;
  SECTION("arrived") {
    bench.stack.loses_answers = true;
    bench.begin();
    bench.wait(1min);
    CHECK(bench.outcomes() == all_three("visible 1"));
  }
  SECTION("did not arrive") {
    bench.stack.silent = {"alloy"};
    bench.begin();
    bench.wait(11min);
    CHECK(bench.outcomes() == all_three("unacknowledged 1"));
  }
}

TEST_CASE("A canary that comes back altered is corrupt") {
  Bench bench;
  bench.stack.alters = [](std::string body) {
    body = std::regex_replace(body, std::regex("written_ns="), "written_NS=");
    return std::regex_replace(body, std::regex("(\"asDouble\":)[0-9.eE+]+"), "$017");
  };
  bench.begin();
  bench.wait(10s);
  CHECK(bench.outcomes() == all_three("corrupt 1"));
}

// A second copy under other labels, as a second Alloy with external labels of its own writes it. Tempo merges copies.
TEST_CASE("A canary of which there are two copies is a duplicate in Loki and Mimir") {
  Bench bench;
  bench.begin();
  auto& store = bench.stack.store;
  const auto lines = store.logs.select(*wire::parse_selector(R"({service_name="lgtmwatch-canary"})"),
                                       sandbox::Window{0, INT64_MAX}, 10, true);
  REQUIRE(lines.size() == 1);
  auto labels = *lines.front().labels;
  labels["replica"] = "b";
  store.logs.add(labels, *lines.front().entry);
  const auto series = store.metrics.select(*wire::parse_selector(R"({__name__="lgtmwatch_canary"})"), 0, INT64_MAX);
  REQUIRE(series.size() == 1);
  auto series_labels = *series.front().labels;
  series_labels["replica"] = "b";
  store.metrics.append(series_labels, series.front().samples.front());
  bench.wait(10s);
  CHECK(bench.outcomes() == Outcomes{"duplicate 1", "duplicate 1", "visible 1"});
}

TEST_CASE("A canary that was held back past its deadline is late") {
  Bench bench;
  bench.stack.drops_writes = true;
  bench.begin();
  bench.wait(40s);
  bench.stack.drops_writes = false;
  // What was held back arrives: the same canaries, written by the same hand.
  for (const auto& route : bench.facts()) {
    wire::Canary canary;
    canary.id = {"00000001", "backend", 1};
    canary.stack = "shop";
    canary.written = route.last->written;
    CanaryOutside outside{Clients{bench.stack, bench.stack}, bench.clock};
    run_to_end(bench.io, write_canary(outside, *route.plan, canary));
  }
  bench.wait(1min);
  CHECK(bench.outcomes() == all_three("late 1"));
}

TEST_CASE("While the backends cannot be asked nothing is lost; for ever, it is unknown") {
  Bench bench;
  bench.begin();
  SECTION("they come back, and it is there") {
    bench.stack.away = {"loki", "tempo", "mimir"};
    bench.wait(20min);
    CHECK(bench.outcomes() == all_three("in flight 1"));
    bench.stack.away.clear();
    bench.wait(1min);
    CHECK(bench.outcomes() == all_three("visible 1"));
  }
  SECTION("they never come back") {
    bench.stack.silent = {"loki", "tempo", "mimir"};
    bench.wait(61min);
    CHECK(bench.outcomes() == all_three("unknown 1"));
  }
}

TEST_CASE("An hour with the backends away for ten minutes: all that was written is settled, and nothing is lost") {
  Bench bench;
  for (int minute = 0; minute < 60; ++minute) {
    if (minute == 20) bench.stack.away = {"loki", "tempo", "mimir"};
    if (minute == 30) bench.stack.away.clear();
    bench.begin();
    bench.wait(1min);
  }
  bench.wait(2h);
  for (const auto& route : bench.facts()) {
    CHECK(route.tally.written == 60);
    CHECK(route.tally.settled() == 60);
    CHECK(route.tally[CanaryOutcome::visible] == 60);
  }
}

TEST_CASE("Every way in goes round") {
  Bench bench;
  auto plan = simulated_plan("shop");
  plan.canaries = {
      simulated_route(Signal::logs, "direct-push", CanaryEntrance::loki_push, "http://loki:3100", "/loki/api/v1/push"),
      simulated_route(Signal::logs, "direct-otlp-http", CanaryEntrance::otlp_http, "http://loki:3100", "/otlp/v1/logs"),
      simulated_route(Signal::metrics, "direct-remote-write", CanaryEntrance::remote_write, "http://mimir:9009",
                      "/api/v1/push"),
      simulated_route(Signal::metrics, "direct-otlp-http", CanaryEntrance::otlp_http, "http://mimir:9009",
                      "/otlp/v1/metrics"),
      simulated_route(Signal::metrics, "mobile-grpc", CanaryEntrance::otlp_grpc, "http://alloy:4317", ""),
      simulated_route(Signal::logs, "mobile-grpc", CanaryEntrance::otlp_grpc, "http://alloy:4317", ""),
      simulated_route(Signal::traces, "mobile-grpc", CanaryEntrance::otlp_grpc, "http://alloy:4317", ""),
  };
  bench.apply(plan);
  bench.begin();
  bench.wait(10s);
  CHECK(bench.outcomes() == Outcomes(7, "visible 1"));
}

TEST_CASE("A stack that says that it is overloaded is left in peace for five intervals") {
  Bench bench;
  bench.stack.refuses_with = 429;
  bench.begin();
  bench.stack.refuses_with = 0;
  bench.wait(4min);
  bench.begin();
  CHECK(bench.stack.writes == 3);
  bench.wait(2min);
  bench.begin();
  CHECK(bench.stack.writes == 6);
}

TEST_CASE("A change of the configuration starts a new run, keeps the tallies, and follows what is in flight") {
  Bench bench;
  bench.begin();
  bench.wait(1s);
  bench.apply(simulated_plan("shop"));
  bench.begin();
  bench.wait(10s);
  CHECK(bench.outcomes() == all_three("visible 2"));
}

TEST_CASE("What was written for another tenant than the configuration names now is settled as unknown") {
  Bench bench;
  bench.stack.drops_writes = true;
  bench.begin();
  bench.wait(1s);
  auto plan = simulated_plan("shop");
  for (auto& route : plan.canaries) route.backend.headers.push_back({"X-Scope-OrgID", Secret("another")});
  bench.apply(plan);
  for (const auto& route : bench.facts()) CHECK(route.recent.empty());
  bench.wait(1min);
  CHECK(bench.outcomes() == all_three("unknown 1"));
  for (const auto& route : bench.facts())
    CHECK(route.last->trouble.find("another backend or tenant") != std::string::npos);
}

TEST_CASE("An old canary that is found to be lost does not hide what became of newer ones") {
  Bench bench;
  bench.stack.drops_writes = true;
  bench.begin();
  bench.wait(1min);
  bench.stack.drops_writes = false;
  for (int i = 0; i < 2; ++i) {
    bench.begin();
    bench.wait(1min);
  }
  for (const auto& route : bench.facts()) {
    CHECK(route.overdue(bench.clock.wall()) == 1);
    CHECK(route.overdue_still(bench.clock.wall()) == 0);
  }
  bench.wait(10min);
  CHECK(bench.outcomes() == all_three("visible 2lost 1"));
  for (const auto& route : bench.facts())
    CHECK(route.recent == std::vector{CanaryOutcome::visible, CanaryOutcome::visible});
}

}  // namespace
