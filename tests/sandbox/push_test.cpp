// What is pushed to the sandbox can be read back; what it does not know is refused in the component's own form.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <catch2/catch.hpp>
#include <limits>

#include "bench.hpp"
#include "wire/loki_push.hpp"
#include "wire/otlp_json.hpp"
#include "wire/protobuf.hpp"
#include "wire/remote_write.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using Catch::Contains;

constexpr const char* json_type = "application/json";
constexpr const char* protobuf_type = "application/x-protobuf";

Reply loki_lines(Bench& bench, const std::string& selector) {
  return bench.get("loki", "/loki/api/v1/query_range?since=1h&query=" + escaped(selector));
}

std::string one_line(std::int64_t ns, const std::string& line) {
  wire::LogStream stream;
  stream.labels = {{"app", "canary"}};
  wire::LogEntry entry;
  entry.ns = ns;
  entry.line = line;
  entry.metadata = {{"run", "r1"}};
  stream.entries.push_back(entry);
  return wire::write_loki_push({stream});
}

wire::Span canary_span(std::int64_t ns) {
  wire::Span span;
  span.resource.emplace_back("service.name", std::string("canary"));
  span.trace_id = "000102030405060708090a0b0c0d0e0f";
  span.span_id = "0102030405060708";
  span.name = "canary";
  span.start_ns = ns;
  span.end_ns = ns + 1'000'000;
  span.attributes.emplace_back("sequence", std::int64_t(7));
  return span;
}

TEST_CASE("A line pushed to Loki as JSON is read back with its labels and structured metadata") {
  Bench bench;
  const auto push = one_line(bench.now_ns() - 1'000'000, "hello");
  CHECK(bench.post("loki", "/loki/api/v1/push", json_type, push).status == 204);
  CHECK(bench.post("loki", "/loki/api/v1/push", json_type, push).status == 204);  // the same again is not stored again
  const auto body = loki_lines(bench, R"({app="canary"})").json();
  const auto& result = body.at("data").at("result").as_array();
  REQUIRE(result.size() == 1);
  CHECK(result[0].at("values").as_array().size() == 1);
  CHECK(result[0].at("stream").at("service_name").as_string() == "canary");
  CHECK(result[0].at("stream").at("run").as_string() == "r1");
  CHECK(result[0].at("values").at(0).at(1).as_string() == "hello");
  Ask categorized;
  categorized.path = "/loki/api/v1/query_range?since=1h&query=" + escaped(R"({app="canary"})");
  categorized.headers.emplace_back("X-Loki-Response-Encoding-Flags", "categorize-labels");
  const auto apart = bench.ask("loki", categorized).json().at("data").at("result").at(0);
  CHECK_FALSE(apart.at("stream").as_object().contains("run"));
  CHECK(apart.at("values").at(0).at(2).at("structuredMetadata").at("run").as_string() == "r1");
}

TEST_CASE("A line pushed to Loki as snappy protobuf is read back") {
  Bench bench;
  wire::ProtoWriter time;
  time.varint(1, static_cast<std::uint64_t>(bench.now_ns() / 1'000'000'000 - 1));
  wire::ProtoWriter entry;
  entry.bytes(1, time.text());
  entry.bytes(2, "from protobuf");
  wire::ProtoWriter stream;
  stream.bytes(1, R"({app="canary", zone="a\"b"})");
  stream.bytes(2, entry.text());
  wire::ProtoWriter request;
  request.bytes(1, stream.text());
  const auto body = wire::snappy_compress(request.text());
  CHECK(bench.post("loki", "/loki/api/v1/push", protobuf_type, body).status == 204);
  CHECK_THAT(loki_lines(bench, R"({zone="a\"b"})").body, Contains("from protobuf"));
}

TEST_CASE("Loki refuses a push as Loki does") {
  struct Case {
    const char* name;
    const char* type;
    std::string body;
    int status;
    const char* text;
  };
  Bench bench;
  const auto now = bench.now_ns();
  const std::vector<Case> cases{
      {"no type", "", "{}", 400, "mime: no media type"},
      {"no streams", json_type, "{}", 422, "at least one valid stream"},
      {"numeric time", json_type, R"({"streams":[{"stream":{"a":"b"},"values":[[1,"x"]]}]})", 400, "strings"},
      {"no JSON", json_type, "{\"streams\":", 400, "not JSON"},
      {"no snappy", protobuf_type, "nonsense", 400, "snappy: corrupt input"},
      {"too old", json_type, one_line(now - 8LL * 86'400'000'000'000, "x"), 400, "timestamp too old"},
      {"too new", json_type, one_line(now + 700'000'000'000, "x"), 400, "timestamp too new"},
      {"too long", json_type, one_line(now, std::string(300'000, 'x')), 400, "max entry size"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.name);
    const auto reply = bench.post("loki", "/loki/api/v1/push", one.type, one.body);
    CHECK(reply.status == one.status);
    CHECK_THAT(reply.body, Contains(one.text));
  }
}

TEST_CASE("A log record sent to a receiver or straight to Loki by OTLP is read back") {
  const bool direct = GENERATE(false, true);
  Bench bench;
  wire::LogRecord record;
  record.resource.emplace_back("service.name", std::string("canary"));
  record.resource.emplace_back("host.name", std::string("h1"));
  record.time_ns = bench.now_ns() - 1;
  record.body = "hello by OTLP";
  const auto body = wire::write_otlp_logs({record});
  const auto reply = direct ? bench.post("loki", "/otlp/v1/logs", json_type, body)
                            : bench.post("mobile-http", "/v1/logs", json_type, body);
  CHECK(reply.status == (direct ? 204 : 200));
  const auto found = loki_lines(bench, R"({service_name="canary"})").body;
  CHECK_THAT(found, Contains("hello by OTLP") && Contains(R"("host_name":"h1")"));
}

TEST_CASE("A trace is there by id at once, and in searches after half a minute") {
  Bench bench;
  const auto span = canary_span(bench.now_ns());
  REQUIRE(bench.post("backend", "/v1/traces", json_type, wire::write_otlp_traces({span})).status == 200);
  const auto v1 = bench.get("tempo", "/api/traces/" + span.trace_id);
  CHECK(v1.status == 200);
  const auto found = v1.json().at("batches").at(0).at("scopeSpans").at(0).at("spans").at(0);
  CHECK(found.at("traceId").as_string() == "AAECAwQFBgcICQoLDA0ODw==");
  CHECK(found.at("spanId").as_string() == "AQIDBAUGBwg=");
  CHECK(found.at("kind").as_string() == "SPAN_KIND_INTERNAL");
  CHECK(bench.get("tempo", "/api/v2/traces/102030405060708090a0b0c0d0e0f")
            .json()
            .at("trace")
            .at("resourceSpans")
            .is_array());
  const auto search = "/api/search?q=" + escaped(R"({resource.service.name="canary"})");
  CHECK(bench.get("tempo", search).json().at("traces").as_array().empty());
  bench.advance(std::chrono::seconds(31));
  const auto hit = bench.get("tempo", search).json().at("traces").at(0);
  CHECK(hit.at("traceID").as_string() == "102030405060708090a0b0c0d0e0f");
  CHECK(hit.at("startTimeUnixNano").as_string() == std::to_string(span.start_ns));
}

TEST_CASE("A trace that is not there is 404 in version 1, and 200 without spans in version 2") {
  Bench bench;
  const auto v1 = bench.get("tempo", "/api/traces/aa");
  CHECK(v1.status == 404);
  CHECK(v1.body.empty());
  CHECK(bench.get("tempo", "/api/v2/traces/aa").body == R"({"trace":{},"metrics":{}})");
  CHECK(bench.get("tempo", "/api/traces/xyz").status == 400);
}

TEST_CASE("A window that ends within the last half minute is moved to the last quarter of an hour, as Tempo does") {
  Bench bench;
  const auto seconds = bench.now_ns() / 1'000'000'000;
  const auto query =
      "/api/search?q=" + escaped("{}") + "&start=" + std::to_string(seconds - 20) + "&end=" + std::to_string(seconds);
  CHECK_FALSE(bench.get("tempo", query).json().at("traces").as_array().empty());
  CHECK(bench.get("tempo", "/api/search?start=" + std::to_string(seconds)).status == 400);
}

TEST_CASE("Samples of remote write are read back at once with a time, and without one at the whole second") {
  Bench bench;
  wire::TimeSeries series;
  series.labels = {{"__name__", "lgtmwatch_build_info"}, {"job", "lgtmwatch"}};
  series.samples.push_back(wire::Sample{bench.now_ns() / 1'000'000, 1});
  const auto body = wire::encode_remote_write({series});
  CHECK(bench.post("mimir", "/api/v1/push", protobuf_type, body).status == 200);
  const auto time = std::to_string(static_cast<double>(bench.now_ns()) / 1e9);
  const auto query = "/prometheus/api/v1/query?query=" + escaped("count by (job) (lgtmwatch_build_info)");
  const auto found = bench.get("mimir", query + "&time=" + time).json().at("data").at("result");
  REQUIRE(found.as_array().size() == 1);
  CHECK(found.at(0).at("metric").at("job").as_string() == "lgtmwatch");
  CHECK(found.at(0).at("value").at(1).as_string() == "1");
  CHECK(bench.get("mimir", query).json().at("data").at("result").as_array().empty());
}

TEST_CASE("Mimir refuses samples as Mimir does") {
  Bench bench;
  const auto push = [&](std::int64_t offset_ms, double value, const char* name) {
    wire::TimeSeries series;
    series.labels = {{"__name__", name}, {"job", "canary"}};
    series.samples.push_back(wire::Sample{bench.now_ns() / 1'000'000 + offset_ms, value});
    return bench.post("mimir", "/api/v1/push", protobuf_type, wire::encode_remote_write({series})).body;
  };
  CHECK(push(0, 1, "m").empty());
  CHECK(push(0, 1, "m").empty());
  CHECK_THAT(push(0, 2, "m"), Contains("err-mimir-sample-duplicate-timestamp"));
  CHECK_THAT(push(-1000, 1, "m"), Contains("err-mimir-sample-out-of-order"));
  CHECK_THAT(push(700'000, 1, "m"), Contains("err-mimir-too-far-in-future"));
  CHECK_THAT(push(0, 1, ""), Contains("err-mimir-missing-metric-name"));
  CHECK(bench.post("mimir", "/api/v1/push", protobuf_type, std::string(1, '\0')).status == 200);
  const auto empty = bench.post("mimir", "/api/v1/push", protobuf_type, "");
  CHECK(empty.status == 400);
  CHECK(empty.body == "snappy: corrupt input\n");
}

TEST_CASE("Metrics by OTLP become series as Alloy translates them, and deltas do not") {
  Bench bench;
  wire::Point point;
  point.resource.emplace_back("service.name", std::string("canary"));
  point.name = "my.counter";
  point.unit = "s";
  point.kind = GENERATE(wire::Point::Kind::cumulative, wire::Point::Kind::delta);
  point.monotonic = true;
  point.time_ns = bench.now_ns();
  point.value = 3;
  REQUIRE(bench.post("mobile-http", "/v1/metrics", json_type, wire::write_otlp_metrics({point})).status == 200);
  const auto series = bench.get("mimir", "/prometheus/api/v1/series?match[]=" + escaped(R"({job="canary"})")).body;
  CHECK_THAT(series, Contains("target_info"));
  CHECK((series.find("my_counter_seconds_total") != std::string::npos) ==
        (point.kind == wire::Point::Kind::cumulative));
}

TEST_CASE("A query of a form that is not known is a 400 in the component's own form") {
  Bench bench;
  for (const auto* query :
       {"rate({a=\"b\"}[5m])", "{a=~\"b.*\"}", "{a=\"b\"} |~ \"x\"", "{a=\"b\"} |= x", "", "{", "{}"}) {
    CAPTURE(query);
    const auto loki = bench.get("loki", "/loki/api/v1/query_range?query=" + escaped(query));
    CHECK(loki.status == 400);
    CHECK(loki.content_type == "text/plain; charset=utf-8");
  }
  for (const auto* query : {"rate(up[5m])", "up{", "sum(up)", "", "{}", "up[x]"}) {
    CAPTURE(query);
    const auto mimir = bench.get("mimir", "/prometheus/api/v1/query?query=" + escaped(query));
    CHECK(mimir.status == 400);
    CHECK(mimir.json().at("errorType").as_string() == "bad_data");
  }
  for (const auto* query : {"{name=\"x\"}", "{", "{resource.service.name=~\"x\"}"}) {
    CAPTURE(query);
    const auto tempo = bench.get("tempo", "/api/search?q=" + escaped(query));
    CHECK(tempo.status == 400);
    CHECK(tempo.content_type == "text/plain; charset=utf-8");
  }
  CHECK(bench.get("loki", "/loki/api/v1/query?query=" + escaped(R"({a="b"})")).status == 400);
  const auto any = "/loki/api/v1/query_range?query=" + escaped(R"({a=~".+"})");
  CHECK(bench.get("loki", any + "&start=yesterday").status == 400);
  CHECK(bench.get("loki", any + "&start=1795352139658").status == 400);  // milliseconds are read as nanoseconds
  CHECK(bench.get("loki", any + "&limit=5001").status == 400);
  for (const auto* far :
       {"9999999999", "-1", "-9223372036854775808", "9223372036854775807", "1e300.5", "99999999999.9"})
    CHECK(bench.get("loki", any + "&start=" + far).status == 400);
  CHECK(bench.get("tempo", "/flush").status == 404);
  CHECK(bench.get("alloy", "/-/reload").status == 403);
}

TEST_CASE("Receivers answer as components.md says") {
  Bench bench;
  CHECK(bench.get("backend", "/v1/traces").status == 405);
  CHECK(bench.get("backend", "/v1/traces").body == "405 method not allowed, supported: [POST]");
  CHECK(bench.post("backend", "/v1/traces", "", "{}").status == 415);
  CHECK(bench.post("backend", "/v1/traces", "application/json; charset=utf-8", "{}").status == 200);
  CHECK(bench.post("backend", "/v1/traces", json_type, "").status == 400);
  CHECK(bench.post("backend", "/v1/logs", protobuf_type, "").body == std::string("\x0a\0", 2));
  CHECK(bench.post("backend", "/v1/logs", protobuf_type, "\x0a\xff").status == 400);
  CHECK(bench.alloy_figure("otelcol_receiver_accepted_spans_total") == 600);
}

TEST_CASE("Times at the ends of their range are taken or refused, and break nothing") {
  Bench bench;
  const auto first = std::numeric_limits<std::int64_t>::min();
  const auto last = std::numeric_limits<std::int64_t>::max();
  for (const auto time : {first, last}) {
    CAPTURE(time);
    CHECK(bench.post("loki", "/loki/api/v1/push", json_type, one_line(time, "x")).status == 400);
    auto span = canary_span(0);
    span.start_ns = time;
    span.end_ns = time == first ? last : first;
    CHECK(bench.post("backend", "/v1/traces", json_type, wire::write_otlp_traces({span})).status == 200);
    CHECK(bench.get("tempo", "/api/traces/" + span.trace_id).status == 200);
    CHECK(bench.get("tempo", "/api/search?q=" + escaped("{}")).status == 200);
    wire::TimeSeries series;
    series.labels = {{"__name__", "m"}};
    series.samples.push_back(wire::Sample{time, 1});
    CHECK(bench.post("mimir", "/api/v1/push", protobuf_type, wire::encode_remote_write({series})).status ==
          (time == first ? 200 : 400));
    CHECK(bench.get("mimir", "/prometheus/api/v1/query?query=" + escaped("m[1h]")).status == 200);
    wire::LogRecord record;
    record.time_ns = time;
    CHECK(bench.post("backend", "/v1/logs", json_type, wire::write_otlp_logs({record})).status == 200);
  }
  CHECK(bench.get("alloy", "/metrics").status == 200);
}

}  // namespace
