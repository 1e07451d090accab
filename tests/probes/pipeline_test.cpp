// The figures of pipelines and backends, as real components wrote them.
#include <algorithm>
#include <catch2/catch.hpp>

#include "probes/alloy/alloy_components.hpp"
#include "probes/alloy/alloy_controller.hpp"
#include "probes/alloy/alloy_scraper.hpp"
#include "probes/backend_counters.hpp"
#include "tests/probes/recorded.hpp"

namespace lgtmwatch {
namespace {

std::string recorded_body(const std::string& name, const std::string& path, const std::string& snapshot = "b") {
  return Recording(name, snapshot).answer("alloy", HttpRequest(path)).value().body;
}

double increase(const CounterWindows& windows, CounterKind kind, const std::string& subject, Signal signal,
                const std::string& detail = {}) {
  const auto* window = windows.find({kind, subject, signal, detail});
  if (!window) FAIL("no counter of " << subject);
  return window->increase();
}

double value_of(const CounterWindows& windows, GaugeKind kind, const std::string& subject, Signal signal) {
  const auto* gauge = windows.gauge(kind, subject, signal);
  if (!gauge) FAIL("no gauge of " << subject);
  return gauge->value;
}

AlloyController controller_of(const std::string& metrics) {
  return parse_alloy_metrics("alloy_build_info{version=\"v1.0.0\"} 1\n" + metrics).value();
}

const std::string backend = "otelcol.receiver.otlp.backend";
const std::string tempo = "otelcol.exporter.otlp.tempo";
const std::string loki = "otelcol.exporter.otlphttp.loki";
const std::string mimir = "prometheus.remote_write.mimir";

}  // namespace

TEST_CASE("What a healthy Alloy accepts, sends and scrapes moves between two readings") {
  const auto windows = recorded_counters("healthy", "alloy_controller");
  for (const auto signal : all_signals) {
    CHECK(increase(*windows, CounterKind::receiver_accepted, backend, signal, "http") == 16);
    CHECK(increase(*windows, CounterKind::receiver_refused, backend, signal, "http") == 0);
  }
  CHECK(increase(*windows, CounterKind::exporter_sent, tempo, Signal::traces) == 16);
  CHECK(increase(*windows, CounterKind::exporter_sent, loki, Signal::logs) == 15);
  CHECK(increase(*windows, CounterKind::exporter_sent, "loki.write.loki", Signal::logs) == 16);
  CHECK(increase(*windows, CounterKind::exporter_sent, mimir, Signal::metrics) == 17446);
  CHECK(increase(*windows, CounterKind::exporter_failed, mimir, Signal::metrics) == 0);
  CHECK(increase(*windows, CounterKind::scraper_entries, "loki.source.docker.containers", Signal::logs) == 16);
  CHECK(value_of(*windows, GaugeKind::queue_capacity, tempo, Signal::traces) == 1000);
  CHECK(value_of(*windows, GaugeKind::targets, "loki.source.file.files", Signal::logs) == 1);
}

TEST_CASE("A receiver that nobody has sent to counts zero, not unknown") {
  const auto windows = recorded_counters("healthy", "alloy_controller");
  CHECK(increase(*windows, CounterKind::receiver_accepted, "otelcol.receiver.otlp.mobile", Signal::traces, "grpc") ==
        0);
}

TEST_CASE("An exporter that cannot connect sends nothing, waits, and its attempts fail") {
  const auto windows = recorded_counters("exporter-wrong-port", "alloy_controller");
  CHECK(increase(*windows, CounterKind::exporter_sent, tempo, Signal::traces) == 0);
  CHECK(value_of(*windows, GaugeKind::queue_size, tempo, Signal::traces) == 47);
  CHECK(windows->gauge(GaugeKind::queue_size, tempo, Signal::traces)->before == 31.0);
  CHECK(windows->find({CounterKind::exporter_attempt, tempo, std::nullopt, "UNAVAILABLE"})->increase() == 11);
}

TEST_CASE("A remote write whose attempts all fail has sent nothing, though it counts samples") {
  const auto windows = recorded_counters("mimir-down", "alloy_controller");
  CHECK(increase(*windows, CounterKind::exporter_sent, mimir, Signal::metrics) == 0);
  CHECK(increase(*windows, CounterKind::exporter_attempt, mimir, Signal::metrics, "retried") == 12000);
  CHECK(value_of(*windows, GaugeKind::highest_read, mimir, Signal::metrics) -
            value_of(*windows, GaugeKind::highest_sent, mimir, Signal::metrics) ==
        93);
}

TEST_CASE("Old names of the collector's metrics are understood") {
  const auto readings = controller_of(
                            "receiver_accepted_spans_ratio_total{component_id=\"otelcol.receiver.otlp.r\","
                            "transport=\"grpc\"} 5\n"
                            "otelcol_exporter_sent_log_records{component_id=\"otelcol.exporter.otlp.t\"} 7\n")
                            .readings;
  const auto holds = [&](CounterKind kind, Signal signal, double value) {
    return std::any_of(readings.counters.begin(), readings.counters.end(), [&](const CounterReading& reading) {
      return reading.key.kind == kind && reading.key.signal == signal && reading.value == value;
    });
  };
  CHECK(holds(CounterKind::receiver_accepted, Signal::traces, 5));
  CHECK(holds(CounterKind::exporter_sent, Signal::logs, 7));
}

TEST_CASE("What a memory limiter refuses is counted under the names of both collectors, and of no other processor") {
  const auto readings = parse_alloy_metrics(
                            "alloy_build_info{version=\"v1.18.0\"} 1\n"
                            "otelcol_processor_refused_log_records_total{component_id="
                            "\"otelcol.processor.memory_limiter.small\"} 200\n"
                            "otelcol_processor_memory_limiter_refused_spans_total{component_id="
                            "\"otelcol.processor.memory_limiter.small\"} 7\n"
                            "otelcol_processor_refused_spans_total{component_id=\"otelcol.processor.batch.all\"} 3\n")
                            .value()
                            .readings;
  std::vector<double> refused;
  for (const auto& counter : readings.counters)
    if (counter.key.kind == CounterKind::processor_refused) refused.push_back(counter.value);
  CHECK(refused == std::vector<double>{200, 7});
}

TEST_CASE("Figures that are no numbers, and those without a component, are left out") {
  const auto readings = controller_of(
                            "otelcol_receiver_accepted_spans_total{component_id=\"a\"} NaN\n"
                            "loki_write_sent_entries_total{host=\"x\"} 3\n")
                            .readings;
  CHECK(readings.counters.empty());
}

TEST_CASE("The metrics of a current Alloy draw its pipelines") {
  const auto graph = controller_of(recorded_body("healthy", "/metrics")).graph;
  CHECK(graph.size() == 12);
  CHECK(std::count(graph.begin(), graph.end(), GraphEdge{backend, "otelcol.processor.batch.default"}) == 1);
}

TEST_CASE("The list of components draws the same pipelines") {
  auto metrics = controller_of(recorded_body("healthy", "/metrics")).graph;
  std::sort(metrics.begin(), metrics.end());
  CHECK(parse_alloy_components(recorded_body("healthy", "/api/v0/web/components")).value().graph == metrics);
}

TEST_CASE("Where Alloy has no data-flow edges yet, its references draw the pipelines") {
  const auto found = parse_alloy_components(R"([{"localID":"loki.source.docker.d",
      "referencesTo":["discovery.docker.all","loki.write.w"]},{"localID":"loki.write.w","referencesTo":[]}])");
  const std::vector<GraphEdge> expected{{"discovery.docker.all", "loki.source.docker.d"},
                                        {"loki.source.docker.d", "loki.write.w"}};
  CHECK(found.value().graph == expected);
}

TEST_CASE("Arguments tell where receivers listen and where exporters send to") {
  const auto read = [](const std::string& id) {
    AlloyComponent component;
    component.id = id;
    read_alloy_arguments(recorded_body("alloy-components", "/api/v0/web/components/" + id, "a"), component);
    return component;
  };
  CHECK(read("otelcol.receiver.otlp.mobile").http == "127.0.0.1:4318");
  CHECK(read("otelcol.receiver.otlp.mobile").grpc == "127.0.0.1:4317");
  CHECK(read(backend).http == "127.0.0.1:4319");
  CHECK(read(backend).grpc.empty());
  CHECK(read(tempo).sends_to == "127.0.0.1:14317");
  CHECK_FALSE(read(tempo).with_tls);
  CHECK(read(loki).sends_to == "http://127.0.0.1:3100/otlp");
  CHECK(read("loki.write.loki").sends_to == "http://127.0.0.1:3100/loki/api/v1/push");
  CHECK(read(mimir).sends_to == "http://127.0.0.1:9009/api/v1/push");
}

TEST_CASE("Arguments tell which signals a receiver or a processor hands on") {
  const auto read = [](const std::string& output) {
    AlloyComponent component;
    read_alloy_arguments(R"({"arguments":[{"name":"output","type":"block","body":)" + output + "}]}", component);
    return component.hands_on.value();
  };
  const std::string consumer = R"({"type":"array","value":[{"type":"capsule","value":"c"}]})";
  const std::string traces = R"({"name":"traces","type":"attr","value":)" + consumer + "}";
  const std::vector<Signal> only_traces{Signal::traces};
  CHECK(read("[]").empty());
  CHECK(read("[" + traces + "]") == only_traces);
  CHECK(read("[" + traces + R"(,{"name":"logs","type":"attr","value":{"type":"array","value":[]}}])") == only_traces);
  CHECK(read(R"([{"name":"traces","type":"attr","value":"as no version writes it"}])") == only_traces);
  AlloyComponent batch;
  read_alloy_arguments(recorded_body("alloy-components", "/api/v0/web/components/otelcol.processor.batch.default", "a"),
                       batch);
  CHECK(batch.hands_on == std::vector<Signal>{Signal::metrics, Signal::logs, Signal::traces});
  AlloyComponent exporter;
  read_alloy_arguments(recorded_body("alloy-components", "/api/v0/web/components/" + tempo, "a"), exporter);
  CHECK_FALSE(exporter.hands_on.has_value());
}

TEST_CASE("An exporter that speaks TLS is known by its arguments") {
  AlloyComponent component;
  component.id = tempo;
  read_alloy_arguments(recorded_body("exporter-tls-mismatch", "/api/v0/web/components/" + tempo), component);
  CHECK(component.with_tls);
}

TEST_CASE("Credentials inside of an exporter's URL are not kept") {
  AlloyComponent component;
  component.id = "loki.write.w";
  read_alloy_arguments(R"({"arguments":[{"name":"endpoint","type":"block","body":[{"name":"url","type":"attr",
      "value":{"type":"string","value":"https://user:secret@loki:3100/push"}}]}]})",
                       component);
  CHECK(component.sends_to == "https://loki:3100/push");
}

TEST_CASE("A Docker scraper tells what it was given and what it tails") {
  const std::string path = "/api/v0/web/components/loki.source.docker.containers";
  const auto healthy = parse_alloy_scraper(recorded_body("healthy", path)).value();
  CHECK(healthy.targets == 1);
  CHECK(healthy.container_ids == 1);
  REQUIRE(healthy.tailed.size() == 1);
  CHECK(healthy.tailed[0].running);
  CHECK(healthy.tailed[0].last_error.empty());
  CHECK(healthy.tailed[0].read_offset == "1795352172");
  const auto empty = parse_alloy_scraper(recorded_body("docker-scraper-tails-nothing", path)).value();
  CHECK(empty.targets == 0);
  CHECK(empty.tailed.empty());
}

TEST_CASE("What is not as Alloy's unstable API answers today is an error, not a scraper without targets") {
  CHECK(parse_alloy_scraper("{}").error().reason == Reason::mismatch);
  CHECK(parse_alloy_scraper("[]").error().reason == Reason::mismatch);
  CHECK(parse_alloy_scraper("<html>").error().reason == Reason::parse);
  CHECK(parse_alloy_components("{}").error().reason == Reason::mismatch);
}

TEST_CASE("Backends count what they received and what they discarded, with the reason") {
  const auto healthy = recorded_counters("healthy", "loki_metrics");
  CHECK(increase(*healthy, CounterKind::backend_received, "loki", Signal::logs) == 31);
  const auto limited = recorded_counters("loki-rate-limited", "loki_metrics");
  CHECK(increase(*limited, CounterKind::backend_discarded, "loki", Signal::logs, "rate_limited") == 15);
  const auto traces = recorded_counters("tempo-silent-limit-drop", "tempo_metrics");
  CHECK(increase(*traces, CounterKind::backend_discarded, "tempo", Signal::traces, "live_traces_exceeded") == 13);
  CHECK(increase(*traces, CounterKind::backend_received, "tempo", Signal::traces) == 16);
  const auto series = recorded_counters("mimir-series-limit", "mimir_metrics");
  CHECK(increase(*series, CounterKind::backend_discarded, "mimir", Signal::metrics, "per_user_series_limit") == 214);
}

TEST_CASE("What other tenants received is kept apart from ours") {
  const auto windows = recorded_counters("tenant-mismatch", "tempo_metrics");
  CHECK(increase(*windows, CounterKind::backend_received, "tempo", Signal::traces) == 0);
  CHECK(increase(*windows, CounterKind::backend_received, "tempo", Signal::traces, "other") == 15);
}

TEST_CASE("A body that is not the backend's /metrics is no set of zeros") {
  const BackendFamilies families{Signal::logs, {"loki_x"}, {"loki_y"}, "tenant", "loki_"};
  CHECK(parse_backend_counters("up 1\n", Component::loki, families, "").error().reason == Reason::mismatch);
}

}  // namespace lgtmwatch
