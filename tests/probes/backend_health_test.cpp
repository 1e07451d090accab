// What backends tell of their own disks and rings, as real ones wrote it; and the page of a ring.
#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "probes/backend_counters.hpp"
#include "probes/loki/loki_component.hpp"
#include "tests/probes/recorded.hpp"
#include "tests/support/fake_grpc_client.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

namespace lgtmwatch {
namespace {

// In the form of ring/http.go of Grafana's dskit.
constexpr const char* ring_body =
    R"({"shards":[{"id":"loki","state":"ACTIVE","address":"172.20.0.2:9095","timestamp":"2026-11-22T12:55:39Z"},)"
    R"({"id":"loki-old","state":"UNHEALTHY","address":"172.20.0.9:9095","timestamp":"2026-11-22T12:00:00Z"}],)"
    R"("now":"2026-11-22T12:55:40Z"})";

struct Bench {
  RunRecord run() {
    StackPlan stack;
    stack.name = "shop";
    stack.loki = ComponentPlan(Endpoint(Url::parse("http://loki:3100").value()));
    stack.loki->timeout = std::chrono::seconds(5);
    const auto probes = make_loki_metrics(stack);
    return test::run_to_end(io, run_probe(*probes.at(0), Clients{http, grpc}, clock));
  }

  boost::asio::io_context io{1};
  test::ManualClock clock;
  test::FakeHttpClient http;
  test::FakeGrpcClient grpc;
};

double gauge_of(const CounterWindows& windows, GaugeKind kind, const std::string& subject, Signal signal) {
  const auto* gauge = windows.gauge(kind, subject, signal);
  if (!gauge) FAIL("no gauge of " << subject);
  return gauge->value;
}

}  // namespace

TEST_CASE("A healthy Loki tells of its disk, its flushes and its rings") {
  const auto windows = recorded_counters("healthy", "loki_metrics");
  CHECK(gauge_of(*windows, GaugeKind::disk_usage, "loki", Signal::logs) == Approx(0.1425).margin(0.01));
  CHECK(gauge_of(*windows, GaugeKind::replaying, "loki", Signal::logs) == 0);
  CHECK(gauge_of(*windows, GaugeKind::flush_queue, "loki", Signal::logs) == 0);
  CHECK(gauge_of(*windows, GaugeKind::ring_members, "ingester", Signal::logs) == 1);
  CHECK(gauge_of(*windows, GaugeKind::ring_unhealthy, "ingester", Signal::logs) == 0);
  for (const auto* what : {"chunk flush", "full disk"}) {
    const auto* failures = windows->find({CounterKind::backend_failure, "loki", Signal::logs, what});
    REQUIRE(failures);
    CHECK(failures->raw == 0);
  }
  CHECK(windows->absent.empty());
}

TEST_CASE("A healthy Mimir and a healthy Tempo tell of theirs") {
  const auto mimir = recorded_counters("healthy", "mimir_metrics");
  CHECK(gauge_of(*mimir, GaugeKind::ring_members, "ingester", Signal::metrics) == 1);
  for (const auto* what : {"write-ahead log", "head compaction", "corrupt segment"})
    CHECK(mimir->find({CounterKind::backend_failure, "mimir", Signal::metrics, what}));
  CHECK(mimir->absent.empty());
  const auto tempo = recorded_counters("healthy", "tempo_metrics");
  CHECK(gauge_of(*tempo, GaugeKind::ring_members, "live-store", Signal::traces) == 1);
  CHECK(tempo->find({CounterKind::backend_failure, "tempo", Signal::traces, "block flush"}));
  CHECK(tempo->find({CounterKind::backend_stored, "tempo", Signal::traces, ""}));
  CHECK(tempo->absent.empty());
}

TEST_CASE("A family that is expected and not there is named") {
  const BackendFamilies families{Signal::logs, {"loki_lines_total"}, {}, "tenant", "loki_"};
  CHECK(parse_backend_counters("loki_x 1\n", Component::loki, families, "").value().readings.absent ==
        std::vector<std::string>{"loki_lines_total"});
  CHECK(parse_backend_counters("loki_lines_total{tenant=\"other\"} 1\n", Component::loki, families, "ours")
            .value()
            .readings.absent.empty());
}

TEST_CASE("The page of a ring names those that are unhealthy") {
  const auto members = parse_ring(ring_body);
  REQUIRE(members.size() == 1);
  CHECK(members[0].id == "loki-old");
  CHECK(members[0].address == "172.20.0.9:9095");
  REQUIRE(members[0].heard);
  CHECK(format_rfc3339(*members[0].heard) == "2026-11-22T12:00:00Z");
  for (const auto* other : {"", "<html></html>", "{}", "[]", R"({"shards":{}})", R"({"shards":[1,{}]})"})
    CHECK(parse_ring(other).empty());
  CHECK(ring_page(Component::loki, "ingester") == "/ring");
  CHECK(ring_page(Component::mimir, "ingester") == "/ingester/ring");
  CHECK(ring_page(Component::mimir, "alertmanager") == "/multitenant_alertmanager/ring");
  CHECK(ring_page(Component::tempo, "live-store") == "/live-store/ring");
}

TEST_CASE("The page of a ring is asked only where it counts unhealthy members") {
  Bench bench;
  const std::string healthy = "loki_ring_members{name=\"ingester\",state=\"Unhealthy\"} 0\n";
  bench.http.answer("GET", "/ring", 200, ring_body);
  bench.http.answer("GET", "/metrics", 200, healthy);
  CHECK(std::get<BackendCounters>(bench.run().found.value()).unhealthy.empty());
  CHECK(bench.http.asked.size() == 1);
  bench.http.answer("GET", "/metrics", 200,
                    "loki_ring_members{name=\"ingester\",state=\"ACTIVE\"} 1\n"
                    "loki_ring_members{name=\"ingester\",state=\"Unhealthy\"} 1\n");
  const auto run = bench.run();
  const auto& unhealthy = std::get<BackendCounters>(run.found.value()).unhealthy;
  REQUIRE(unhealthy.size() == 1);
  CHECK(unhealthy[0].ring == "ingester");
  CHECK(unhealthy[0].page == "/ring");
  CHECK(bench.http.asked.back().request.headers.at(0).second == "application/json");
  bench.http.answer("GET", "/ring", 404, "");
  CHECK(std::get<BackendCounters>(bench.run().found.value()).unhealthy.empty());
}

}  // namespace lgtmwatch
