// What backends tell of their own disks and rings, as real ones wrote it; and the page of a ring.
#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "probes/backend_counters.hpp"
#include "probes/loki/loki_component.hpp"
#include "probes/mimir/mimir_component.hpp"
#include "probes/tempo/tempo_component.hpp"
#include "tests/support/fake_grpc_client.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"
#include "tests/support/source_dir.hpp"

namespace lgtmwatch {
namespace {

// In the form of ring/http.go of Grafana's dskit.
constexpr const char* ring_body =
    R"({"shards":[{"id":"loki","state":"ACTIVE","address":"172.20.0.2:9095","timestamp":"2026-11-22T12:55:39Z"},)"
    R"({"id":"loki-old","state":"UNHEALTHY","address":"172.20.0.9:9095","timestamp":"2026-11-22T12:00:00Z"}],)"
    R"("now":"2026-11-22T12:55:40Z"})";

std::string recorded(const std::string& name) {
  std::ifstream file(source_dir() + "/tests/recordings/healthy/" + name);
  REQUIRE(file.is_open());
  return {std::istreambuf_iterator<char>(file), {}};
}

ComponentPlan component(const std::string& url) {
  ComponentPlan plan(Endpoint(Url::parse(url).value()));
  plan.timeout = std::chrono::seconds(5);
  return plan;
}

struct Bench {
  Bench() {
    stack.name = "shop";
    stack.loki = component("http://loki:3100");
    stack.tempo = TempoPlan(component("http://tempo:3200").endpoint);
    stack.tempo->timeout = std::chrono::seconds(5);
    stack.mimir = MimirPlan(component("http://mimir:9009").endpoint);
    stack.mimir->timeout = std::chrono::seconds(5);
  }

  RunRecord run(Probes (*make)(const StackPlan&)) {
    const auto probes = make(stack);
    return test::run_to_end(io, run_probe(*probes.at(0), Clients{http, grpc}, clock));
  }
  BackendCounters counters(Probes (*make)(const StackPlan&), const std::string& body) {
    http.answer("GET", "/metrics", 200, body);
    return std::get<BackendCounters>(run(make).found.value());
  }

  StackPlan stack;
  boost::asio::io_context io{1};
  test::ManualClock clock;
  test::FakeHttpClient http;
  test::FakeGrpcClient grpc;
};

double gauge_of(const BackendCounters& counters, GaugeKind kind, const std::string& subject) {
  for (const auto& gauge : counters.readings.gauges)
    if (gauge.kind == kind && gauge.subject == subject) return gauge.value;
  FAIL("no gauge of " << subject);
  return 0;
}

bool counts(const BackendCounters& counters, CounterKind kind, const std::string& detail) {
  const auto& all = counters.readings.counters;
  return std::any_of(all.begin(), all.end(), [&](const CounterReading& counter) {
    return counter.key.kind == kind && counter.key.detail == detail;
  });
}

}  // namespace

TEST_CASE("A healthy Loki tells of its disk, its flushes and its rings") {
  Bench bench;
  const auto loki = bench.counters(make_loki_metrics, recorded("loki-b-75.txt"));
  CHECK(gauge_of(loki, GaugeKind::disk_usage, "loki") == Approx(0.1425).margin(0.01));
  CHECK(gauge_of(loki, GaugeKind::replaying, "loki") == 0);
  CHECK(gauge_of(loki, GaugeKind::flush_queue, "loki") == 0);
  CHECK(gauge_of(loki, GaugeKind::ring_members, "ingester") == 1);
  CHECK(gauge_of(loki, GaugeKind::ring_unhealthy, "ingester") == 0);
  for (const auto* what : {"chunk flush", "full disk"}) CHECK(counts(loki, CounterKind::backend_failure, what));
  CHECK(loki.readings.absent.empty());
}

TEST_CASE("A healthy Mimir and a healthy Tempo tell of theirs") {
  Bench bench;
  const auto mimir = bench.counters(make_mimir_metrics, recorded("mimir-b-105.txt"));
  CHECK(gauge_of(mimir, GaugeKind::ring_members, "ingester") == 1);
  for (const auto* what : {"write-ahead log", "head compaction", "corrupt segment"})
    CHECK(counts(mimir, CounterKind::backend_failure, what));
  CHECK(mimir.readings.absent.empty());
  const auto tempo = bench.counters(make_tempo_metrics, recorded("tempo-b-88.txt"));
  CHECK(gauge_of(tempo, GaugeKind::ring_members, "live-store") == 1);
  CHECK(counts(tempo, CounterKind::backend_failure, "block flush"));
  CHECK(counts(tempo, CounterKind::backend_stored, ""));
  CHECK(tempo.readings.absent.empty());
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
  CHECK(std::get<BackendCounters>(bench.run(make_loki_metrics).found.value()).unhealthy.empty());
  CHECK(bench.http.asked.size() == 1);
  bench.http.answer("GET", "/metrics", 200,
                    "loki_ring_members{name=\"ingester\",state=\"ACTIVE\"} 1\n"
                    "loki_ring_members{name=\"ingester\",state=\"Unhealthy\"} 1\n");
  const auto run = bench.run(make_loki_metrics);
  const auto& unhealthy = std::get<BackendCounters>(run.found.value()).unhealthy;
  REQUIRE(unhealthy.size() == 1);
  CHECK(unhealthy[0].ring == "ingester");
  CHECK(unhealthy[0].page == "/ring");
  CHECK(bench.http.asked.back().request.headers.at(0).second == "application/json");
  bench.http.answer("GET", "/ring", 404, "");
  CHECK(std::get<BackendCounters>(bench.run(make_loki_metrics).found.value()).unhealthy.empty());
}

}  // namespace lgtmwatch
