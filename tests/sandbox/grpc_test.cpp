#include <catch2/catch.hpp>

#include "tests/sandbox/bench.hpp"
#include "wire/loki_push.hpp"
#include "wire/protobuf.hpp"
#include "wire/remote_write.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::string_literals;

const std::string package = "/opentelemetry.proto.collector.";
const std::string traces = package + "trace.v1.TraceService/Export";
const std::string logs = package + "logs.v1.LogsService/Export";

std::string nested(std::initializer_list<std::uint32_t> fields, std::string innermost) {
  for (auto field = std::rbegin(fields); field != std::rend(fields); ++field) {
    wire::ProtoWriter writer;
    writer.bytes(*field, innermost);
    innermost = writer.text();
  }
  return innermost;
}

// An export of one span.
std::string one_span() {
  wire::ProtoWriter span;
  span.bytes(1, std::string(16, '\x01'));
  span.bytes(2, std::string(8, '\x02'));
  return nested({1, 2, 2}, span.text());
}

TEST_CASE("The gRPC receiver takes an empty export of each signal and counts nothing") {
  Bench bench;
  for (const auto& method : {package + "metrics.v1.MetricsService/Export", logs, traces}) {
    const auto answer = bench.call("mobile-grpc", method, "");
    REQUIRE(answer.has_value());
    CHECK(answer->status == 0);
    CHECK(answer->message == "\x0a\0"s);
  }
  CHECK(bench.alloy_figure("otelcol_receiver_accepted_spans_total{component_id=\"otelcol.receiver.otlp.mobile\"") ==
        -1);
}

TEST_CASE("What the gRPC receiver takes is counted with its transport, and arrives") {
  Bench bench;
  REQUIRE(bench.call("mobile-grpc", traces, one_span()).value().status == 0);
  const auto metrics = bench.get("alloy", "/metrics").body;
  const auto at = metrics.find("otelcol_receiver_accepted_spans_total{component_id=\"otelcol.receiver.otlp.mobile\"");
  REQUIRE(at != std::string::npos);
  const auto line = metrics.substr(at, metrics.find('\n', at) - at);
  CHECK_THAT(line, Catch::Contains("transport=\"grpc\"} 1"));
  CHECK(bench.get("tempo", "/api/traces/" + std::string("0101010101010101") + "0101010101010101").status == 200);
}

TEST_CASE("The gRPC receiver refuses what is no call of a collector service, and what is no protobuf") {
  Bench bench;
  const auto health = bench.call("mobile-grpc", "/grpc.health.v1.Health/Check", "").value();
  CHECK(health.status == 12);
  CHECK(health.status_message == "unknown service grpc.health.v1.Health");
  CHECK(bench.call("mobile-grpc", logs, "\xff\xff").value().status == 3);
}

TEST_CASE("Faults of the gRPC receiver are those of a real port") {
  struct Case {
    const char* fault;
    Reason reason;
  };
  for (const auto& [fault, reason] :
       {Case{"alloy-receiver-not-listening", Reason::refused}, Case{"otlp-grpc-http-port-mixup", Reason::protocol},
        Case{"otlp-tls-mismatch-source", Reason::tls}}) {
    CAPTURE(fault);
    Bench bench;
    REQUIRE(bench.fault(fault + ":mobile-grpc"s) == 200);
    const auto answer = bench.call("mobile-grpc", logs, "");
    REQUIRE(answer.has_error());
    CHECK(to_string(answer.error().reason) == to_string(reason));
    bench.clear();
    CHECK(bench.call("mobile-grpc", logs, "").has_value());
  }
  Bench bench;
  REQUIRE(bench.fault("otlp-signal-not-wired:mobile-grpc/logs") == 200);
  CHECK(bench.call("mobile-grpc", logs, "").value().status == 12);
  CHECK(bench.call("mobile-grpc", traces, "").value().status == 0);
  REQUIRE(bench.fault("receiver-refusing:mobile-grpc") == 200);
  CHECK(bench.call("mobile-grpc", traces, "").value().status == 14);
  REQUIRE(bench.fault("receiver-hung:mobile-grpc") == 200);
  CHECK(bench.hangs("mobile-grpc", "/"));
}

TEST_CASE("What is pushed as Loki's clients push goes the way of scraped lines") {
  Bench bench;
  const auto before = bench.alloy_figure("loki_write_sent_entries_total{");
  wire::LogStream stream;
  stream.labels = {{"app", "shop"}};
  wire::LogEntry entry;
  entry.ns = bench.now_ns();
  entry.line = "hello";
  stream.entries.push_back(entry);
  const auto body = wire::write_loki_push({stream});
  CHECK(bench.post("logs-push", "/loki/api/v1/push", "application/json", body).status == 204);
  CHECK(bench.alloy_figure("loki_write_sent_entries_total{") == before + 1);
  CHECK(bench.post("logs-push", "/loki/api/v1/push", "application/json", R"({"streams":[]})").status == 204);
  CHECK(bench.post("logs-push", "/loki/api/v1/push", "application/json", "no").status == 400);
  CHECK(bench.post("logs-push", "/push", "application/json", body).status == 404);
  CHECK(bench.alloy_figure("loki_write_sent_entries_total{") == before + 1);
}

TEST_CASE("What is written remotely goes the way of scraped samples") {
  Bench bench;
  const auto before = bench.alloy_figure("prometheus_remote_storage_samples_in_total");
  wire::TimeSeries series;
  series.labels = {{"__name__", "up"}, {"job", "shop"}};
  series.samples.push_back({bench.now_ns() / 1'000'000, 1});
  const auto send = [&](const std::string& body) {
    return bench.post("metrics-write", "/api/v1/metrics/write", "application/x-protobuf", body).status;
  };
  CHECK(send(wire::encode_remote_write({series})) == 204);
  CHECK(bench.alloy_figure("prometheus_remote_storage_samples_in_total") == before + 1);
  CHECK(send(wire::encode_remote_write({})) == 204);
  CHECK(send("no snappy") == 400);
  CHECK(bench.alloy_figure("prometheus_remote_storage_samples_in_total") == before + 1);
}

}  // namespace
