// Faults of the backends' own disks, rings and clocks, and of what can be read of them: what each does on the wire.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <catch2/catch.hpp>

#include "ages.hpp"
#include "bench.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using Catch::Contains;

double figure(Bench& bench, const std::string& door, const std::string& series) {
  const auto metrics = "\n" + bench.get(door, "/metrics").body;
  const auto at = metrics.find("\n" + series + " ");
  if (at == std::string::npos) return -1;
  return std::stod(metrics.substr(at + series.size() + 2));
}

std::string date(Bench& bench, const std::string& door, const std::string& path) {
  const auto reply = bench.get(door, path).bytes;
  const auto at = reply.find("\r\nDate: ");
  return at == std::string::npos ? "" : reply.substr(at + 8, 29);
}

TEST_CASE("loki-flush-failing counts failures while all else is fine") {
  Bench bench;
  REQUIRE(bench.fault("loki-flush-failing") == 200);
  bench.play(5);
  CHECK(figure(bench, "loki", "loki_ingester_chunks_flush_failures_total") == 5);
  CHECK(figure(bench, "loki", "loki_ingester_flush_queue_length") == 7);
  CHECK(bench.get("loki", "/ready").status == 200);
  CHECK(age_of_lines(bench, otlp_logs) < 1);
  bench.clear();
  CHECK(figure(bench, "loki", "loki_ingester_chunks_flush_failures_total") == 0);
}

TEST_CASE("loki-disk-throttled says how full the disk is, and refuses pushes, which wait in Alloy") {
  Bench bench;
  REQUIRE(bench.fault("loki-disk-throttled") == 200);
  CHECK(figure(bench, "loki", "loki_ingester_wal_disk_usage_percent") == 0.93);
  const auto push = bench.post("loki", "/loki/api/v1/push", "application/json", R"({"streams":[]})");
  CHECK(push.status == 500);
  CHECK(push.body == "Ingester is shutting down\n");
  bench.play(5);
  CHECK(age_of_lines(bench, otlp_logs) > 9);
  CHECK(bench.alloy_figure("otelcol_exporter_queue_size{component_id=\"otelcol.exporter.otlphttp.loki\"") == 5);
  bench.clear();
  bench.play();
  CHECK(age_of_lines(bench, otlp_logs) < 1);
}

TEST_CASE("loki-wal-disk-full-silent counts what is not logged ahead, and takes logs") {
  Bench bench;
  REQUIRE(bench.fault("loki-wal-disk-full-silent") == 200);
  bench.play(2);
  CHECK(figure(bench, "loki", "loki_ingester_wal_disk_full_failures_total") == 8);
  CHECK(age_of_lines(bench, otlp_logs) < 1);
}

TEST_CASE("loki-structured-metadata-schema refuses logs by OTLP for good, and takes lines that are pushed") {
  Bench bench;
  REQUIRE(bench.fault("loki-structured-metadata-schema") == 200);
  bench.play(5);
  CHECK_THAT(bench.get("loki", "/metrics").body, Contains("reason=\"disallowed_structured_metadata\""));
  CHECK(bench.post("loki", "/otlp/v1/logs", "application/json", "{}").status == 400);
  CHECK(age_of_lines(bench, otlp_logs) > 9);
  CHECK(age_of_lines(bench, container_lines) < 1);
  CHECK(bench.alloy_figure("otelcol_exporter_send_failed_log_records_total") == 5);
  CHECK(bench.alloy_figure("otelcol_exporter_queue_size{component_id=\"otelcol.exporter.otlphttp.loki\"") == 0);
}

TEST_CASE("A backend that ends at every start refuses, and its container says why") {
  const auto [fault, words] =
      GENERATE(table<std::string, std::string>({{"disk-full-any-backend", "no space left on device"},
                                                {"volume-permission-denied", "mkdir /mimir/rules: permission denied"},
                                                {"wal-segment-corrupt", "corruption in segment /mimir/wal/00000042"}}));
  CAPTURE(fault);
  Bench bench;
  REQUIRE(bench.fault(fault + ":mimir") == 200);
  CHECK(bench.get("mimir", "/ready").refused);
  CHECK(bench.get("loki", "/ready").status == 200);
  const auto container = bench.get("docker", "/containers/scanium-mimir/json").json();
  CHECK(container.at("State").at("Status").as_string() == "restarting");
  CHECK(container.at("RestartCount").to_number<int>() == 7);
  CHECK(container.at("Mounts").at(0).at("Source").as_string() == "/srv/mimir");
  CHECK_THAT(bench.get("docker", "/containers/scanium-mimir/logs?stdout=1&tail=5").body, Contains(words));
  CHECK(bench.get("docker", "/containers/scanium-loki/logs?stdout=1&tail=5").body.empty());
}

TEST_CASE("wal-replay-or-corrupt: Loki is not ready and says that it replays") {
  Bench bench;
  REQUIRE(bench.fault("wal-replay-or-corrupt") == 200);
  CHECK(bench.get("loki", "/ready").status == 503);
  CHECK(figure(bench, "loki", "loki_ingester_wal_replay_active") == 1);
}

TEST_CASE("ring-unhealthy-after-restart: the ring counts an instance that is gone, and its page names it") {
  const auto [backend, family, page] = GENERATE(table<std::string, std::string, std::string>(
      {{"loki", "loki_ring_members{name=\"ingester\"", "/ring"},
       {"mimir", "cortex_ring_members{name=\"ingester\"", "/ingester/ring"},
       {"tempo", "tempo_ring_members{name=\"live-store\"", "/live-store/ring"}}));
  CAPTURE(backend);
  Bench bench;
  REQUIRE(bench.fault("ring-unhealthy-after-restart:" + backend) == 200);
  CHECK(figure(bench, backend, family + ",state=\"Unhealthy\"}") == 1);
  CHECK(figure(bench, backend, family + ",state=\"ACTIVE\"}") == 1);
  const auto shards = bench.get(backend, page).json().at("shards").as_array();
  REQUIRE(shards.size() == 2);
  CHECK(shards[1].at("state").as_string() == "UNHEALTHY");
  CHECK(bench.get(backend, "/ready").status == 200);
}

TEST_CASE("clock-skew: one component tells another time; with the other fault all do") {
  Bench bench;
  CHECK(date(bench, "tempo", "/ready") == "Sun, 22 Nov 2026 12:55:39 GMT");
  REQUIRE(bench.fault("clock-skew:tempo") == 200);
  CHECK(date(bench, "tempo", "/ready") == "Sun, 22 Nov 2026 11:05:39 GMT");
  CHECK(date(bench, "loki", "/ready") == "Sun, 22 Nov 2026 12:55:39 GMT");
  bench.clear();
  REQUIRE(bench.fault("clock-skew-of-lgtmwatch") == 200);
  for (const auto* door : {"loki", "tempo", "mimir", "grafana", "alloy"})
    CHECK(date(bench, door, "/metrics") == "Sun, 22 Nov 2026 12:57:09 GMT");
}

TEST_CASE("alloy-metrics-500 fails at the metrics alone") {
  Bench bench;
  REQUIRE(bench.fault("alloy-metrics-500") == 200);
  CHECK(bench.get("alloy", "/metrics").status == 500);
  CHECK_THAT(bench.get("alloy", "/metrics").body, Contains("collected before with the same name and label values"));
  CHECK(bench.get("alloy", "/-/ready").status == 200);
  bench.play();
  CHECK(age_of_lines(bench, otlp_logs) < 1);
}

TEST_CASE("metric-name-drift renames what a component counts of its intake") {
  Bench bench;
  REQUIRE(bench.fault("metric-name-drift:alloy") == 200);
  REQUIRE(bench.fault("metric-name-drift:loki") == 200);
  CHECK_THAT(bench.get("alloy", "/metrics").body,
             Contains("\notelcol_ingress_accepted_spans_total{") && !Contains("\notelcol_receiver_"));
  CHECK_THAT(bench.get("loki", "/metrics").body,
             Contains("\nloki_distributor_entries_total{") && !Contains("\nloki_distributor_lines_received_total"));
  CHECK_THAT(bench.get("tempo", "/metrics").body, Contains("\ntempo_distributor_spans_received_total{"));
}

TEST_CASE("tempo-otlp-binds-localhost: Tempo's own receiver refuses, Alloy's exporter too, and Tempo is ready") {
  Bench bench;
  constexpr const char* method = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
  REQUIRE(bench.call("tempo-otlp", method, "").value().status == 0);
  REQUIRE(bench.fault("tempo-otlp-binds-localhost") == 200);
  CHECK(bench.call("tempo-otlp", method, "").error().reason == Reason::refused);
  CHECK(bench.get("tempo", "/ready").status == 200);
  bench.play(20);
  CHECK(age_of_traces(bench) > 39);
}

TEST_CASE("exporter-tls-mismatch: the exporter's arguments have TLS on, and Tempo's receiver takes plain text") {
  Bench bench;
  constexpr const char* path = "/api/v0/web/components/otelcol.exporter.otlp.tempo";
  constexpr const char* with_tls = R"("name":"insecure","type":"attr","value":{"type":"bool","value":false})";
  CHECK_THAT(bench.get("alloy", path).body, !Contains(with_tls));
  REQUIRE(bench.fault("exporter-tls-mismatch") == 200);
  CHECK_THAT(bench.get("alloy", path).body, Contains(with_tls));
  CHECK(bench.call("tempo-otlp", "/opentelemetry.proto.collector.trace.v1.TraceService/Export", "").value().status ==
        0);
  bench.play(2);
  CHECK_THAT(bench.get("alloy", "/metrics").body, Contains("rpc_response_status_code=\"UNAVAILABLE\""));
}

TEST_CASE("Tempo's own receiver takes traces alone") {
  Bench bench;
  CHECK(bench.call("tempo-otlp", "/opentelemetry.proto.collector.logs.v1.LogsService/Export", "").value().status == 12);
}

}  // namespace
