// What is read of requests refused at the door, of processors, of targets, and of names that stand for none.
#include <catch2/catch.hpp>

#include "daemon/base/json.hpp"
#include "probes/alloy/alloy_controller.hpp"
#include "probes/alloy/alloy_processors.hpp"
#include "probes/alloy/alloy_targets.hpp"
#include "probes/loki/loki_labels.hpp"
#include "probes/mimir/mimir_newest.hpp"
#include "probes/mimir/mimir_tenant.hpp"
#include "probes/tempo/tempo_services.hpp"
#include "tests/probes/recorded.hpp"

namespace lgtmwatch {
namespace {

const std::string of_receiver = "component_id=\"otelcol.receiver.otlp.backend\",";

std::string refusal_in(const std::string& line) {
  std::string detail;
  for_each_sample(line + "\n", [&](const Sample& sample) {
    if (const auto found = rejected_requests(sample)) detail = found->key.detail;
  });
  return detail;
}

std::string http(const std::string& labels) {
  return "http_server_request_duration_seconds_count{" + of_receiver + labels + "} 3";
}

std::string older_http(const std::string& labels) {
  return "http_server_duration_milliseconds_count{" + of_receiver + labels + "} 3";
}

}  // namespace

TEST_CASE("Requests that a receiver refused at its door are told by their answer, in newer and older names") {
  CHECK(refusal_in(http(R"(http_request_method="POST",http_response_status_code="415")")) == "http 415");
  CHECK(refusal_in(older_http(R"(http_method="POST",http_status_code="404")")) == "http 404");
  CHECK(refusal_in(
            http(R"(http_request_method="_OTHER",http_response_status_code="400",network_protocol_version="2.0")")) ==
        "http 2.0");
  CHECK(refusal_in(older_http(R"(http_method="_OTHER",http_status_code="400",net_protocol_version="2.0")")) ==
        "http 2.0");
  const std::string call = "rpc_server_call_duration_seconds_count{" + of_receiver;
  CHECK(refusal_in(call + "rpc_response_status_code=\"UNAUTHENTICATED\"} 1") == "grpc UNAUTHENTICATED");
  CHECK(refusal_in(call + "rpc_response_status_code=\"OK\"} 1").empty());
  const std::string older_call = "rpc_server_duration_milliseconds_count{" + of_receiver;
  CHECK(refusal_in(older_call + "rpc_grpc_status_code=\"8\"} 1") == "grpc RESOURCE_EXHAUSTED");
  CHECK(refusal_in(older_call + "rpc_grpc_status_code=\"0\"} 1").empty());
}

TEST_CASE("What browsers and health checks ask, what is taken, and what others than receivers answer is not counted") {
  CHECK(refusal_in(http(R"(http_request_method="GET",http_response_status_code="404")")).empty());
  CHECK(refusal_in(http(R"(http_request_method="POST",http_response_status_code="200")")).empty());
  CHECK(refusal_in(http(R"(http_request_method="POST",http_response_status_code="503")")).empty());
  CHECK(refusal_in("http_server_request_duration_seconds_count{component_id=\"remote.http.a\",http_request_method="
                   "\"POST\",http_response_status_code=\"404\"} 3")
            .empty());
}

TEST_CASE("The recorded refusals are those that the recorder asked for, one of each kind between two snapshots") {
  const auto windows = recorded_counters("healthy", "alloy_controller");
  for (const auto* detail : {"http 400", "http 404", "http 415"}) {
    const auto* window =
        windows->find({CounterKind::receiver_rejected, "otelcol.receiver.otlp.mobile", std::nullopt, detail});
    REQUIRE(window);
    CHECK(window->increase() == 1);
  }
}

TEST_CASE("What comes to a processor and leaves it, and what is dropped on purpose, is read of each component") {
  const auto controller = parse_alloy_metrics(R"(alloy_build_info{version="v1.0.0"} 1
otelcol_processor_incoming_items_total{component_id="otelcol.processor.filter.f",otel_signal="traces"} 7
otelcol_processor_outgoing_items_total{component_id="otelcol.processor.filter.f",otel_signal="traces"} 2
alloy_prometheus_relabel_metrics_processed{component_id="prometheus.relabel.r"} 30
alloy_prometheus_relabel_metrics_written{component_id="prometheus.relabel.r"} 0
loki_process_dropped_lines_total{component_id="loki.process.p",reason="too chatty"} 4
)")
                              .value();
  std::map<CounterKey, double> read;
  for (const auto& reading : controller.readings.counters) read[reading.key] = reading.value;
  const std::string filter = "otelcol.processor.filter.f", relabel = "prometheus.relabel.r";
  CHECK(read.at({CounterKind::processor_in, filter, Signal::traces, ""}) == 7);
  CHECK(read.at({CounterKind::processor_out, filter, Signal::traces, ""}) == 2);
  CHECK(read.at({CounterKind::processor_in, relabel, Signal::metrics, ""}) == 30);
  CHECK(read.at({CounterKind::processor_out, relabel, Signal::metrics, ""}) == 0);
  CHECK(read.at({CounterKind::processor_dropped, "loki.process.p", Signal::logs, "too chatty"}) == 4);
}

TEST_CASE("The recorded scrape tells its targets, and the one that was down with its error") {
  const auto body =
      Recording("alloy-components", "a").answer("alloy", HttpRequest("/api/v0/web/components/prometheus.scrape.stack"));
  AlloyComponent scrape;
  scrape.id = "prometheus.scrape.stack";
  read_alloy_targets(parse_json(body.value().body).value(), scrape);
  REQUIRE(scrape.scraped.size() == 4);
  CHECK(scrape.scraped[0].url == "http://127.0.0.1:12345/metrics");
  CHECK(scrape.scraped[0].job == "alloy");
  CHECK(scrape.scraped[0].health == "up");
  CHECK(scrape.scraped[1].health == "down");
  CHECK(scrape.scraped[1].last_error == "Get \"http://127.0.0.1:3100/metrics\": context deadline exceeded");
}

TEST_CASE("The recorded relabelling is given one target and hands it on") {
  const auto body = Recording("alloy-components", "a")
                        .answer("alloy", HttpRequest("/api/v0/web/components/discovery.relabel.docker"));
  AlloyComponent relabel;
  relabel.id = "discovery.relabel.docker";
  read_alloy_targets(parse_json(body.value().body).value(), relabel);
  CHECK(relabel.targets_in == 1U);
  CHECK(relabel.targets_out == 1U);
}

TEST_CASE("A selector that names a metric and a job leads to target_info of that job") {
  CHECK(target_info_of(R"(http_requests_total{job="shop",route="/a"})") == R"(target_info{job="shop"})");
  CHECK(target_info_of(R"({__name__="a", job="a\"b"})") == R"(target_info{job="a\"b"})");
  CHECK_FALSE(target_info_of("http_requests_total"));
  CHECK_FALSE(target_info_of(R"(a{exported_job="shop"})"));
  CHECK_FALSE(target_info_of(R"(a{job="shop)"));
}

TEST_CASE("Names that stand for no name are counted in all three backends") {
  const std::vector<std::string> names{"shop", "unknown_service:node", "my_unknown_service"};
  CHECK(judge_tempo_services(names).unnamed == 1);
  CHECK(judge_loki_labels({"service_name", "job"}, {"service_name"}, {"shop", "unknown_service"}).unnamed == 1);
  CHECK(judge_mimir_tenant({"shop", "team/unknown_service:java"}, {}, {}, std::nullopt, 0).unnamed == 1);
}

}  // namespace lgtmwatch
