// One test per fault of what the application sends, and of what Alloy does to it on the way.
#include <catch2/catch.hpp>

#include "ages.hpp"
#include "bench.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using Catch::Contains;

const std::string accepted_spans =
    "otelcol_receiver_accepted_spans_total{component_id=\"otelcol.receiver.otlp.backend\"";

// The sum of all series of a door's /metrics that begin with the text and contain the other.
double sum_of(Bench& bench, const std::string& door, const std::string& start, const std::string& part) {
  const auto body = bench.get(door, "/metrics").body;
  double sum = 0;
  for (std::size_t at = 0; at < body.size();) {
    const auto end = std::min(body.find('\n', at), body.size());
    const auto line = body.substr(at, end - at);
    if (line.rfind(start, 0) == 0 && line.find(part) != std::string::npos)
      sum += std::stod(line.substr(line.rfind(' ') + 1));
    at = end + 1;
  }
  return sum;
}

TEST_CASE("Requests that are refused at the door are counted there, and nothing of them is accepted") {
  const auto [fault, part] = GENERATE(table<std::string, std::string>(
      {{"otlp-http-path-wrong", "\"404\""},
       {"otlp-unsupported-encoding", "\"415\""},
       {"otlp-auth-missing", "\"401\""},
       {"otlp-grpc-to-http-port", "http_request_method=\"_OTHER\",http_response_status_code=\"400\""}}));
  CAPTURE(fault);
  Bench bench;
  const std::string requests =
      "http_server_request_duration_seconds_count{component_id=\"otelcol.receiver.otlp.backend\"";
  REQUIRE(bench.fault(fault) == 200);
  const auto before = sum_of(bench, "alloy", requests, part);
  const auto accepted = bench.alloy_figure(accepted_spans);
  bench.play(5);
  CHECK(sum_of(bench, "alloy", requests, part) > before + 10);
  CHECK(bench.alloy_figure(accepted_spans) == accepted);
  CHECK(age_of_lines(bench, otlp_logs) > 8);
  CHECK(age_of_lines(bench, container_lines) < 1);
}

TEST_CASE("otlp-batch-too-large-source and exporter-grpc-message-too-large lose some, and the rest arrives") {
  const auto [fault, family] = GENERATE(table<std::string, std::string>(
      {{"otlp-batch-too-large-source", "rpc_server_call_duration_seconds_count{"},
       {"exporter-grpc-message-too-large", "rpc_client_call_duration_seconds_count{"}}));
  Bench bench;
  REQUIRE(bench.fault(fault) == 200);
  const auto before = sum_of(bench, "alloy", family, "RESOURCE_EXHAUSTED");
  bench.play(20);
  CHECK(sum_of(bench, "alloy", family, "RESOURCE_EXHAUSTED") > before + 3);
  CHECK(age_of_lines(bench, otlp_logs) < 1);
  CHECK(age_of_traces(bench) < 34);
}

TEST_CASE("service-name-missing shows in the lists of names, and the application is missing under its own") {
  Bench bench;
  REQUIRE(bench.fault("service-name-missing") == 200);
  bench.play(20);
  CHECK_THAT(bench.get("loki", "/loki/api/v1/label/service_name/values").body, Contains("\"unknown_service:node\""));
  CHECK_THAT(bench.get("mimir", "/prometheus/api/v1/label/job/values").body, Contains("\"unknown_service:node\""));
  CHECK_THAT(bench.get("tempo", "/api/v2/search/tag/resource.service.name/values").body,
             Contains("unknown_service:node"));
  CHECK(age_of_lines(bench, otlp_logs) > 38);
  CHECK(age_of_metrics(bench) > 38);
  CHECK(bench.alloy_figure(accepted_spans) == 620);
}

TEST_CASE("delta-temporality keeps target_info alone, while Alloy accepts the points") {
  Bench bench;
  REQUIRE(bench.fault("delta-temporality") == 200);
  bench.play(20);
  const auto newest = [&](const std::string& series) {
    return bench.get("mimir", "/prometheus/api/v1/query?query=" + escaped(series + "{job=\"scanium-backend\"}[30s]"))
        .json()
        .at("data")
        .at("result")
        .as_array()
        .size();
  };
  CHECK(newest("target_info") == 1);
  CHECK(newest("http_requests_total") == 0);
}

TEST_CASE("A further target of the scrape is down, with the error that Alloy gives") {
  const auto [fault, error] = GENERATE(table<std::string, std::string>(
      {{"scrape-target-down", "connect: connection refused"}, {"scrape-limit-exceeded", "sample limit exceeded"}}));
  Bench bench;
  const auto* scrape = "/api/v0/web/components/prometheus.scrape.stack";
  CHECK_THAT(bench.get("alloy", scrape).body, !Contains("\"down\""));
  REQUIRE(bench.fault(fault) == 200);
  CHECK_THAT(bench.get("alloy", scrape).body, Contains("\"down\"") && Contains(error) && Contains("scanium-web:9100"));
  CHECK(bench.get("alloy", scrape).json().at("debugInfo").as_array().size() == 5);
}

TEST_CASE("A backend that is down is a target that is down") {
  Bench bench;
  REQUIRE(bench.fault("backend-down:loki") == 200);
  CHECK_THAT(bench.get("alloy", "/api/v0/web/components/prometheus.scrape.stack").body,
             Contains("\"down\"") && Contains("connect: connection refused"));
}

TEST_CASE("The Docker scraper has targets without an id, or none, and reads nothing more") {
  const auto [fault, targets] =
      GENERATE(table<std::string, std::size_t>({{"docker-targets-without-container-id", 1}, {"relabel-drops-all", 0}}));
  Bench bench;
  REQUIRE(bench.fault(fault) == 200);
  const auto scraper = bench.get("alloy", "/api/v0/web/components/loki.source.docker.containers");
  CHECK(scraper.json().at("arguments").as_array().at(1).at("value").at("value").is_array());
  CHECK_THAT(scraper.body, !Contains("__meta_docker_container_id") && !Contains("\"targets_info\""));
  CHECK((scraper.body.find("__meta_docker_network_name") != std::string::npos) == (targets > 0));
  bench.play(5);
  CHECK(age_of_lines(bench, container_lines) > 8);
  CHECK(age_of_lines(bench, otlp_logs) < 1);
  const auto relabelling = bench.get("alloy", "/api/v0/web/components/discovery.relabel.docker").json();
  CHECK(relabelling.at("exports").as_array().at(0).at("value").at("value").as_array().size() == targets);
}

TEST_CASE("filter-drops-everything takes in spans and lets out none") {
  Bench bench;
  REQUIRE(bench.fault("filter-drops-everything") == 200);
  const auto accepted = bench.alloy_figure(accepted_spans);
  bench.play(27);
  CHECK(sum_of(bench, "alloy", "otelcol_processor_incoming_items_total{", "filter.noise") > 8);
  CHECK(sum_of(bench, "alloy", "otelcol_processor_outgoing_items_total{", "filter.noise") == 0);
  CHECK(bench.alloy_figure(accepted_spans) > accepted + 8);
  CHECK(age_of_traces(bench) > 49);
  CHECK_THAT(bench.get("alloy", "/metrics").body,
             Contains("from=\"otelcol.receiver.otlp.backend\",to=\"otelcol.processor.filter.noise\"} 1\n"));
}

TEST_CASE("timestamp-misparsed stores the container's lines in the past, and Docker has them now") {
  Bench bench;
  REQUIRE(bench.fault("timestamp-misparsed") == 200);
  bench.play(10);
  CHECK(age_of_lines(bench, container_lines) > 18);
  CHECK(age_of_lines(bench, otlp_logs) < 1);
  CHECK(bench.alloy_figure("loki_source_docker_target_entries_total{") == 610);
}

TEST_CASE("tail-sampling-delay shows every trace later by as much, and all of them") {
  Bench bench;
  REQUIRE(bench.fault("tail-sampling-delay") == 200);
  bench.play(40);
  CHECK(age_of_traces(bench) == Approx(46).margin(3));
  CHECK(bench.alloy_figure(accepted_spans) == 640);
  bench.clear();
  bench.play();
  CHECK(age_of_traces(bench) < 34);
}

TEST_CASE("rw-wal-watcher-stall appends and sends nothing, and nothing fails or waits") {
  Bench bench;
  REQUIRE(bench.fault("rw-wal-watcher-stall") == 200);
  const std::string storage = "prometheus_remote_storage_";
  const auto appended = bench.alloy_figure("prometheus_remote_write_wal_samples_appended_total");
  const auto attempted = bench.alloy_figure(storage + "samples_total{");
  bench.play(5);
  CHECK(bench.alloy_figure("prometheus_remote_write_wal_samples_appended_total") > appended);
  CHECK(bench.alloy_figure(storage + "samples_total{") == attempted);
  CHECK(bench.alloy_figure(storage + "samples_pending{") == 0);
  CHECK(bench.alloy_figure(storage + "samples_retried_total{") == 0);
  CHECK(age_of_metrics(bench) > 8);
  bench.clear();
  bench.play();
  CHECK(age_of_metrics(bench) < 1);
}

TEST_CASE("tenant-mismatch counts the spans with another tenant and shows none to ours") {
  Bench bench;
  REQUIRE(bench.fault("tenant-mismatch:tempo") == 200);
  const auto ours = sum_of(bench, "tempo", "tempo_distributor_spans_received_total{", "single-tenant");
  bench.play(27);
  CHECK(sum_of(bench, "tempo", "tempo_distributor_spans_received_total{", "team-a") > 8);
  CHECK(sum_of(bench, "tempo", "tempo_distributor_spans_received_total{", "single-tenant") == ours);
  CHECK(age_of_traces(bench) > 49);
}

TEST_CASE("tenant-mismatch of Loki and Mimir counts for another tenant and shows nothing to ours") {
  Bench bench;
  REQUIRE(bench.fault("tenant-mismatch:loki") == 200);
  REQUIRE(bench.fault("tenant-mismatch:mimir") == 200);
  const auto lines = sum_of(bench, "loki", "loki_distributor_lines_received_total{", "fake");
  bench.play(5);
  CHECK(sum_of(bench, "loki", "loki_distributor_lines_received_total{", "team-a") > 1);
  CHECK(sum_of(bench, "loki", "loki_distributor_lines_received_total{", "fake") == lines);
  CHECK(sum_of(bench, "mimir", "cortex_distributor_received_samples_total{", "team-a") > 1);
  CHECK(age_of_metrics(bench) > 8);
}

TEST_CASE("clock-skew-of-application puts what it exports 15 minutes back, and Mimir refuses it for its order") {
  Bench bench;
  REQUIRE(bench.fault("clock-skew-of-application") == 200);
  bench.play(40);
  CHECK(age_of_metrics(bench) > 75);
  CHECK(age_of_traces(bench) > 75);
  CHECK(sum_of(bench, "mimir", "cortex_discarded_samples_total{", "sample-out-of-order") > 10);
}

TEST_CASE("deltas-refused-by-mimir takes the application's metrics at the receiver and gives them to nobody") {
  Bench bench;
  REQUIRE(bench.fault("deltas-refused-by-mimir") == 200);
  bench.play(5);
  CHECK(age_of_metrics(bench) > 8);
  CHECK(sum_of(bench, "alloy", "otelcol_exporter_send_failed_metric_points_total{", "otlphttp.mimir") > 5);
}

TEST_CASE("Discards are counted with their reason, and what is watched arrives") {
  const auto [fault, door, reason] = GENERATE(table<std::string, std::string, std::string>(
      {{"loki-per-stream-rate", "loki", "per_stream_rate_limit"},
       {"loki-stream-limit", "loki", "stream_limit"},
       {"loki-invalid-labels-or-line", "loki", "max_label_names_per_series"},
       {"loki-too-old-or-behind", "loki", "greater_than_max_sample_age"},
       {"loki-future-entries", "loki", "too_far_in_future"},
       {"mimir-ingestion-rate", "mimir", "rate_limited"},
       {"mimir-out-of-order-or-duplicate", "mimir", "sample-out-of-order"},
       {"mimir-too-far-future", "mimir", "too_far_in_future"},
       {"tempo-rate-limited", "tempo", "rate_limited"}}));
  CAPTURE(fault);
  Bench bench;
  REQUIRE(bench.fault(fault) == 200);
  bench.play(20);
  const auto family = door == "mimir"  ? "cortex_discarded_samples_total{"
                      : door == "loki" ? "loki_discarded_samples_total{"
                                       : "tempo_discarded_spans_total{";
  CHECK(sum_of(bench, door, family, "reason=\"" + reason + "\"") > 3);
  CHECK(age_of_lines(bench, otlp_logs) < 1);
  CHECK(age_of_metrics(bench) < 1);
}

TEST_CASE("Attempts that end with a status are counted with it, and what waits arrives once it is over") {
  const auto [fault, status] = GENERATE(table<std::string, std::string>({{"exporter-wrong-path", "404"},
                                                                         {"exporter-auth-or-no-org", "401"},
                                                                         {"exporter-permanent-reject", "400"},
                                                                         {"exporter-rate-limited", "429"}}));
  Bench bench;
  REQUIRE(bench.fault(fault + ":loki") == 200);
  bench.play(5);
  CHECK(sum_of(bench, "alloy", "http_client_request_duration_seconds_count{", "\"" + status + "\"") > 0);
  CHECK(age_of_lines(bench, otlp_logs) > 8);
  bench.clear();
  bench.play();
  CHECK(age_of_lines(bench, otlp_logs) < 1);
}

TEST_CASE("An application that has nothing to do is silent in its container too; at night its metrics go on") {
  const auto [fault, metrics] = GENERATE(table<std::string, bool>({{"app-idle", false}, {"quiet-night", true}}));
  Bench bench;
  REQUIRE(bench.fault(fault) == 200);
  bench.play(5);
  CHECK(age_of_lines(bench, otlp_logs) > 8);
  CHECK(age_of_lines(bench, container_lines) > 8);
  CHECK((age_of_metrics(bench) < 1) == metrics);
}

TEST_CASE("reload-without-change moves the hash and the time of the load alone") {
  Bench bench;
  const auto loaded = bench.alloy_figure("alloy_config_last_load_success_timestamp_seconds");
  REQUIRE(bench.fault("reload-without-change") == 200);
  bench.play(5);
  CHECK(bench.alloy_figure("alloy_config_last_load_success_timestamp_seconds") > loaded);
  CHECK(bench.alloy_figure("alloy_config_last_load_successful") == 1);
  CHECK_THAT(bench.get("alloy", "/metrics").body, Contains("alloy_config_hash{cluster_name=\"\",sha256=\"0d3e7a1c"));
  CHECK(age_of_lines(bench, otlp_logs) < 1);
}

}  // namespace
