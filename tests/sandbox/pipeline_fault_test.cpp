// One test per fault of what lies between receivers and backends: what it does to the counters and on the wire.
#include <catch2/catch.hpp>

#include "ages.hpp"
#include "bench.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;

constexpr const char* tempo_sent = "otelcol_exporter_sent_spans_total{component_id=\"otelcol.exporter.otlp.tempo\"";
constexpr const char* tempo_capacity =
    "otelcol_exporter_queue_capacity{component_id=\"otelcol.exporter.otlp.tempo\",component_path=\"/"
    "\",data_type=\"traces\"";
constexpr const char* tempo_queue =
    "otelcol_exporter_queue_size{component_id=\"otelcol.exporter.otlp.tempo\",component_path=\"/"
    "\",data_type=\"traces\"";
constexpr const char* docker_detail = "/api/v0/web/components/loki.source.docker.containers";

bool shows(Bench& bench, const std::string& door, const std::string& text) {
  return bench.get(door, "/metrics").body.find(text) != std::string::npos;
}

TEST_CASE("exporter-unreachable-retrying queues, fails its attempts, and delivers once it is over") {
  Bench bench;
  REQUIRE(bench.fault("exporter-unreachable-retrying:tempo") == 200);
  const auto sent = bench.alloy_figure(tempo_sent);
  bench.play(3);
  CHECK(bench.alloy_figure(tempo_sent) == sent);
  CHECK(bench.alloy_figure(tempo_queue) == 3);
  CHECK(shows(bench, "alloy", "rpc_response_status_code=\"UNAVAILABLE\""));
  CHECK(bench.get("tempo", "/ready").status == 200);
  bench.clear();
  bench.play();
  CHECK(bench.alloy_figure(tempo_sent) == sent + 4);
  CHECK(bench.alloy_figure(tempo_queue) == 0);
}

TEST_CASE("exporter-queue-full-drop loses what comes, and senders are told nothing") {
  Bench bench;
  REQUIRE(bench.fault("exporter-queue-full-drop:tempo") == 200);
  bench.play(5);
  CHECK(bench.alloy_figure(tempo_queue) == 2);
  CHECK(bench.alloy_figure("otelcol_exporter_enqueue_failed_spans_total{") == 3);
  CHECK(bench.alloy_figure("otelcol_receiver_refused_spans_total{component_id=\"otelcol.receiver.otlp.backend\"") == 0);
}

TEST_CASE("exporter-queue-full-unbatched refuses spans once its queue is full, and takes an empty export") {
  Bench bench;
  REQUIRE(bench.fault("exporter-queue-full-unbatched") == 200);
  bench.play(5);
  CHECK(bench.alloy_figure(tempo_queue) == 2);
  CHECK(bench.alloy_figure("otelcol_exporter_enqueue_failed_spans_total{") == 3);
  CHECK(bench.alloy_figure("otelcol_receiver_refused_spans_total{component_id=\"otelcol.receiver.otlp.backend\"") == 3);
  CHECK(bench.post("backend", "/v1/traces", "application/json", "{}").status == 200);
  CHECK(shows(bench, "alloy", "from=\"otelcol.receiver.otlp.backend\",to=\"otelcol.exporter.otlp.tempo\""));
}

TEST_CASE("logs-written-twice shows each record under a second label as well") {
  Bench bench;
  const auto streams = [&] { return bench.get("loki", "/loki/api/v1/label/collector/values").body; };
  CHECK(streams().find("second") == std::string::npos);
  REQUIRE(bench.fault("logs-written-twice") == 200);
  bench.play(2);
  CHECK(streams().find("second") != std::string::npos);
}

TEST_CASE("exporter-queue-filling sends with four of five places of its queue taken") {
  Bench bench;
  REQUIRE(bench.fault("exporter-queue-filling:tempo") == 200);
  bench.play(5);
  const auto sent = bench.alloy_figure(tempo_sent);
  bench.play(3);
  CHECK(bench.alloy_figure(tempo_queue) == 4);
  CHECK(bench.alloy_figure(tempo_capacity) == 5);
  CHECK(bench.alloy_figure(tempo_sent) == sent + 3);
  CHECK_FALSE(shows(bench, "alloy", "otelcol_exporter_enqueue_failed_spans_total{"));
}

TEST_CASE("memory-limiter-refusing answers 503 to data and 200 to an empty export") {
  Bench bench;
  REQUIRE(bench.fault("memory-limiter-refusing") == 200);
  bench.play(2);
  CHECK(bench.alloy_figure("otelcol_receiver_refused_spans_total{component_id=\"otelcol.receiver.otlp.backend\"") == 2);
  CHECK(bench.alloy_figure("otelcol_processor_memory_limiter_refused_log_records_total{") == 2);
  CHECK(shows(bench, "alloy", "from=\"otelcol.receiver.otlp.backend\",to=\"otelcol.processor.memory_limiter.m\""));
  CHECK(bench.post("backend", "/v1/traces", "application/json", "{}").status == 200);
}

TEST_CASE("wired-to-nowhere refuses logs alone and has no edge to their exporter") {
  Bench bench;
  REQUIRE(bench.fault("wired-to-nowhere:logs") == 200);
  bench.play(2);
  CHECK(bench.alloy_figure(
            "otelcol_receiver_refused_log_records_total{component_id=\"otelcol.receiver.otlp.backend\"") == 2);
  CHECK(bench.alloy_figure("otelcol_receiver_refused_spans_total{component_id=\"otelcol.receiver.otlp.backend\"") == 0);
  CHECK_FALSE(shows(bench, "alloy", "to=\"otelcol.exporter.otlphttp.loki\""));
  CHECK(age_of_lines(bench, otlp_logs) > 3);
}

TEST_CASE("scraper-tails-nothing and docker-socket-missing-or-denied leave the scraper without targets") {
  for (const auto* fault : {"scraper-tails-nothing", "docker-socket-missing-or-denied"}) {
    Bench bench;
    REQUIRE(bench.fault(fault) == 200);
    const auto read = bench.alloy_figure("loki_source_docker_target_entries_total{");
    bench.play(2);
    CHECK(bench.alloy_figure("loki_source_docker_target_entries_total{") == read);
    CHECK(bench.get("alloy", docker_detail).body.find("__meta_docker_container_id") == std::string::npos);
    const bool fails = bench.alloy_figure("prometheus_sd_refresh_failures_total{") > 0;
    CHECK(fails == (std::string(fault) == "docker-socket-missing-or-denied"));
  }
}

TEST_CASE("loki-rate-limited answers 429, and what waits is counted as received and discarded with each attempt") {
  Bench bench;
  REQUIRE(bench.fault("loki-rate-limited") == 200);
  bench.play(3);
  CHECK(bench.post("loki", "/loki/api/v1/push", "application/json", "{}").status == 429);
  CHECK(shows(bench, "loki", "reason=\"rate_limited\""));
  CHECK(shows(bench, "alloy", "http_response_status_code=\"429\""));
  CHECK(age_of_lines(bench, otlp_logs) > 5);
}

TEST_CASE("loki-ingestion-blocked-2xx answers with success and keeps nothing") {
  Bench bench;
  REQUIRE(bench.fault("loki-ingestion-blocked-2xx") == 200);
  const auto sent = bench.alloy_figure("loki_write_sent_entries_total{");
  bench.play(2);
  CHECK(bench.alloy_figure("loki_write_sent_entries_total{") == sent + 2);
  CHECK(shows(bench, "loki", "reason=\"blocked_ingestion\""));
  CHECK(age_of_lines(bench, container_lines) > 3);
}

TEST_CASE("tempo-silent-limit-drop counts spans as received that it does not keep") {
  Bench bench;
  REQUIRE(bench.fault("tempo-silent-limit-drop") == 200);
  const auto sent = bench.alloy_figure(tempo_sent);
  bench.play(10);
  CHECK(bench.alloy_figure(tempo_sent) == sent + 10);
  CHECK(
      shows(bench, "tempo", "tempo_discarded_spans_total{reason=\"live_traces_exceeded\",tenant=\"single-tenant\"} 8"));
}

TEST_CASE("mimir-series-limit refuses new series while old ones go on") {
  Bench bench;
  REQUIRE(bench.fault("mimir-series-limit") == 200);
  bench.play(3);
  CHECK(bench.alloy_figure("prometheus_remote_storage_samples_failed_total{") > 0);
  CHECK(shows(bench, "mimir", "cortex_discarded_samples_total{reason=\"per_user_series_limit\""));
  CHECK(age_of_metrics(bench) < 1);
}

}  // namespace
