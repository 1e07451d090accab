// One test per fault of doors and of Alloy: what it does on the wire, and that it goes away again.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "ages.hpp"
#include "bench.hpp"
#include "sandbox/faults.hpp"
#include "tests/support/source_dir.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using Catch::Contains;
using Catch::StartsWith;

constexpr const char* json_type = "application/json";

Reply empty_export(Bench& bench, const std::string& receiver, const std::string& signal) {
  return bench.post(receiver, "/v1/" + signal, json_type, "{}");
}

TEST_CASE("Without a fault everything is fresh and goes on being so") {
  Bench bench;
  for (const int rounds : {0, 3}) {
    bench.play(rounds);
    CHECK(age_of_lines(bench, otlp_logs) == Approx(1).margin(1.1));
    CHECK(age_of_lines(bench, container_lines) == Approx(1).margin(1.1));
    CHECK(age_of_metrics(bench) == Approx(1).margin(1.1));
    CHECK(age_of_traces(bench) == Approx(31).margin(2));
  }
}

TEST_CASE("backend-down refuses connections, Alloy's queue grows, and all arrives in the end") {
  const auto* backend = GENERATE("loki", "tempo", "mimir");
  CAPTURE(backend);
  Bench bench;
  REQUIRE(bench.fault(std::string("backend-down:") + backend) == 200);
  CHECK(bench.get(backend, "/ready").refused);
  bench.play(3);
  CHECK(bench.alloy_figure("otelcol_receiver_accepted_spans_total") == 603);
  CHECK(bench.alloy_figure("otelcol_exporter_sent_log_records_total") == (backend == std::string("loki") ? 600 : 603));
  CHECK(bench.alloy_figure("otelcol_exporter_sent_spans_total") == (backend == std::string("tempo") ? 600 : 603));
  CHECK((bench.alloy_figure("prometheus_remote_storage_samples_pending") > 0) == (backend == std::string("mimir")));
  CHECK((bench.alloy_figure("loki_write_batch_retries_total") > 0) == (backend == std::string("loki")));
  bench.clear();
  CHECK(bench.get(backend, "/ready").status == 200);
  CHECK(bench.alloy_figure("otelcol_exporter_sent_log_records_total") == 603);
  CHECK(bench.alloy_figure("otelcol_exporter_sent_spans_total") == 603);
  CHECK(age_of_lines(bench, otlp_logs) < 2);
}

TEST_CASE("backend-hung accepts the connection and never answers") {
  const auto* backend = GENERATE("loki", "tempo", "mimir");
  CAPTURE(backend);
  Bench bench;
  REQUIRE(bench.fault(std::string("backend-hung:") + backend) == 200);
  CHECK(bench.hangs(backend, "/ready"));
  CHECK(bench.hangs(backend, "/metrics"));
  bench.clear();
  CHECK(bench.get(backend, "/ready").status == 200);
}

TEST_CASE("backend-not-ready is 503 with the component's text, and nothing else changes") {
  const auto* backend = GENERATE("loki", "tempo", "mimir");
  CAPTURE(backend);
  Bench bench;
  REQUIRE(bench.fault(std::string("backend-not-ready:") + backend) == 200);
  const auto reply = bench.get(backend, "/ready");
  CHECK(reply.status == 503);
  CHECK_THAT(reply.body, Contains("not ready: ") || Contains("Some services are not Running:\n"));
  CHECK(bench.get(backend, "/metrics").status == 200);
  bench.play();
  CHECK(age_of_lines(bench, otlp_logs) < 1);
}

TEST_CASE("alloy-down-or-crashloop refuses at Alloy and its receivers, and everything becomes stale") {
  Bench bench;
  REQUIRE(bench.fault("alloy-down-or-crashloop") == 200);
  for (const auto* door : {"alloy", "backend", "mobile-http"}) CHECK(bench.get(door, "/-/ready").refused);
  bench.play(2);
  CHECK(age_of_lines(bench, otlp_logs) > 4);
  CHECK(age_of_lines(bench, container_lines) > 4);
  CHECK(age_of_metrics(bench) > 4);
  bench.clear();
  CHECK(bench.get("alloy", "/-/ready").status == 200);
  bench.play();
  CHECK(age_of_metrics(bench) < 1);
}

TEST_CASE("alloy-hung accepts at Alloy and its receivers and never answers") {
  Bench bench;
  REQUIRE(bench.fault("alloy-hung") == 200);
  CHECK(bench.hangs("alloy", "/-/ready"));
  CHECK(bench.hangs("backend", "/v1/logs"));
  CHECK(bench.hangs("mobile-http", "/v1/traces"));
}

TEST_CASE("alloy-reload-rejected shows in the metrics alone, as recorded, while all data flows on") {
  Bench bench;
  REQUIRE(bench.fault("alloy-reload-rejected") == 200);
  CHECK(bench.alloy_figure("alloy_config_last_load_successful") == 0);
  CHECK(bench.alloy_figure("alloy_config_load_failures_total") == 1);
  CHECK(bench.get("alloy", "/-/ready").status == 200);
  CHECK(bench.get("alloy", "/-/healthy").status == 200);
  bench.play();
  CHECK(age_of_lines(bench, otlp_logs) < 1);
}

TEST_CASE(
    "alloy-reload-rejected:component makes a component unhealthy, no metric of the load tells, all data flows on") {
  Bench bench;
  REQUIRE(bench.fault("alloy-reload-rejected:component") == 200);
  CHECK(bench.alloy_figure("alloy_config_last_load_successful") == 1);
  CHECK(bench.alloy_figure("alloy_component_controller_running_components") == 13);
  CHECK_THAT(bench.get("alloy", "/metrics").body, Contains("health_type=\"unhealthy\"} 1\n"));
  const auto healthy = bench.get("alloy", "/-/healthy");
  CHECK(healthy.status == 500);
  CHECK(healthy.body == "unhealthy components: otelcol.exporter.otlp\n");
  const auto component = bench.get("alloy", "/api/v0/web/components/otelcol.exporter.otlp.tempo").json();
  CHECK(component.at("health").at("state").as_string() == "unhealthy");
  CHECK_THAT(component.at("health").at("message").as_string().c_str(), StartsWith("component evaluation failed: "));
  bench.play();
  CHECK(age_of_traces(bench) < 34);
}

TEST_CASE("alloy-receiver-not-listening refuses at that receiver only") {
  Bench bench;
  REQUIRE(bench.fault("alloy-receiver-not-listening:backend") == 200);
  CHECK(empty_export(bench, "backend", "logs").refused);
  CHECK(empty_export(bench, "mobile-http", "logs").status == 200);
  bench.play(2);
  CHECK(age_of_lines(bench, otlp_logs) > 4);
  CHECK(age_of_lines(bench, container_lines) < 1);
}

TEST_CASE("An application that never reached its receiver leaves no counters of it") {
  sandbox::SandboxOptions options;
  options.faults = {"alloy-receiver-not-listening:backend"};
  options.history = std::chrono::seconds(0);
  Bench bench(options);
  bench.play();
  CHECK(bench.alloy_figure("otelcol_receiver_accepted_spans_total") == -1);
  REQUIRE(bench
              .post("mobile-http", "/v1/traces", json_type,
                    R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"01","spanId":"02"}]}]}]})")
              .status == 200);
  CHECK(bench.alloy_figure("otelcol_receiver_accepted_spans_total{component_id=\"otelcol.receiver.otlp.mobile\"") == 1);
}

TEST_CASE("receiver-hung accepts at that receiver only and never answers") {
  Bench bench;
  REQUIRE(bench.fault("receiver-hung:mobile-http") == 200);
  CHECK(bench.hangs("mobile-http", "/v1/logs"));
  CHECK(empty_export(bench, "backend", "logs").status == 200);
}

TEST_CASE("otlp-grpc-http-port-mixup answers HTTP/1.1 with HTTP/2 frames") {
  Bench bench;
  REQUIRE(bench.fault("otlp-grpc-http-port-mixup:backend") == 200);
  const auto reply = empty_export(bench, "backend", "traces");
  CHECK(reply.status == 0);
  CHECK(reply.bytes.substr(0, 5) == std::string("\0\0\6\4\0", 5));
  CHECK(empty_export(bench, "mobile-http", "traces").status == 200);
  bench.clear();
  CHECK(empty_export(bench, "backend", "traces").status == 200);
}

TEST_CASE("otlp-signal-not-wired is a 404 for that signal only") {
  Bench bench;
  REQUIRE(bench.fault("otlp-signal-not-wired:backend/traces") == 200);
  const auto reply = empty_export(bench, "backend", "traces");
  CHECK(reply.status == 404);
  CHECK(reply.body == "404 page not found\n");
  CHECK(empty_export(bench, "backend", "logs").status == 200);
  CHECK(empty_export(bench, "mobile-http", "traces").status == 200);
}

TEST_CASE("Every fault has its line in the README, which a person who sets one reads") {
  std::ifstream file(source_dir() + "/sandbox/README.md");
  const std::string readme(std::istreambuf_iterator<char>(file), {});
  REQUIRE(sandbox::known_faults().size() > 50);
  for (const auto& kind : sandbox::known_faults()) CHECK_THAT(readme, Contains("`" + kind.name + "`"));
}

TEST_CASE("What is no fault is refused with the names of those that there are") {
  Bench bench;
  const auto unknown = bench.post("control", "/faults/backend-broken", "", "");
  CHECK(unknown.status == 404);
  CHECK_THAT(unknown.body, Contains("there is no fault \\\"backend-broken\\\"; the known ones are: backend-down,"));
  const auto target = bench.post("control", "/faults/backend-down:grafana", "", "");
  CHECK(target.status == 404);
  CHECK_THAT(target.body, Contains("the fault backend-down needs a target, one of: loki, tempo, mimir"));
  CHECK(bench.fault("alloy-hung:loki") == 404);
  CHECK(bench.fault("source-silent:logs?since=never") == 400);
}

TEST_CASE("The control door lists the faults with what is active, and takes them back one by one") {
  Bench bench;
  REQUIRE(bench.fault("backend-down%3Atempo") == 200);
  REQUIRE(bench.fault("otlp-signal-not-wired:backend%2Flogs") == 200);
  const auto list = bench.get("control", "/faults").json();
  CHECK(boost::json::serialize(list.at("active")) == R"(["backend-down:tempo","otlp-signal-not-wired:backend/logs"])");
  for (const auto& one : list.at("faults").as_array()) CHECK_FALSE(one.at("sentence").as_string().empty());
  Ask take_back;
  take_back.method = "DELETE";
  take_back.path = "/faults/backend-down:tempo";
  CHECK(bench.ask("control", take_back).status == 200);
  CHECK(bench.get("tempo", "/ready").status == 200);
  CHECK(empty_export(bench, "backend", "logs").status == 404);
}

}  // namespace
