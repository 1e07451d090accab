// The encodings: what is written is read back, and no input makes a reader crash.
#include <catch2/catch.hpp>
#include <random>

#include "wire/loki_push.hpp"
#include "wire/otlp_json.hpp"
#include "wire/otlp_protobuf.hpp"
#include "wire/protobuf.hpp"
#include "wire/remote_write.hpp"

namespace {

using namespace lgtmwatch::wire;

TimeSeries some_series() {
  TimeSeries series;
  series.labels = {{"__name__", "m"}, {"job", "j"}};
  series.samples = {Sample{1'795'352'139'658, 1.5}, Sample{-5, -2}};
  return series;
}

TEST_CASE("Remote write comes back as it was written") {
  const auto read = decode_remote_write(encode_remote_write({some_series(), TimeSeries()}));
  REQUIRE(read.has_value());
  REQUIRE(read->size() == 2);
  CHECK(read->at(0).labels == some_series().labels);
  REQUIRE(read->at(0).samples.size() == 2);
  CHECK(read->at(0).samples.at(0).ms == 1'795'352'139'658);
  CHECK(read->at(0).samples.at(0).value == 1.5);
  CHECK(read->at(0).samples.at(1).ms == -5);
}

TEST_CASE("OTLP in JSON comes back as it was written") {
  LogRecord record;
  record.resource.emplace_back("service.name", std::string("s"));
  record.time_ns = 1'795'352'139'658'123'456;
  record.severity_number = 9;
  record.body = "quote \" and \n";
  record.attributes.emplace_back("i", std::int64_t(-3));
  record.attributes.emplace_back("d", 0.5);
  record.attributes.emplace_back("b", true);
  const auto logs = read_otlp_logs(write_otlp_logs({record, record}));
  REQUIRE(logs.has_value());
  REQUIRE(logs->size() == 2);
  CHECK(logs->at(1).resource == record.resource);
  CHECK(logs->at(1).attributes == record.attributes);
  CHECK(logs->at(1).time_ns == record.time_ns);
  CHECK(logs->at(1).body == record.body);
  Point point;
  point.name = "n";
  point.kind = Point::Kind::delta;
  point.value = 2.5;
  const auto points = read_otlp_metrics(write_otlp_metrics({point}));
  REQUIRE(points.has_value());
  CHECK(points->at(0).kind == Point::Kind::delta);
  CHECK(points->at(0).value == 2.5);
}

TEST_CASE("OTLP in protobuf is read") {
  ProtoWriter text;
  text.bytes(1, "svc");
  ProtoWriter attribute;
  attribute.bytes(1, "service.name");
  attribute.bytes(2, text.text());
  ProtoWriter resource;
  resource.bytes(1, attribute.text());
  ProtoWriter span;
  span.bytes(1, std::string("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10", 16));
  span.bytes(2, "\x01\x02\x03\x04\x05\x06\x07\x08");
  span.bytes(5, "name");
  span.varint(6, 2);
  span.fixed64(7, 123);
  span.fixed64(8, 456);
  ProtoWriter scope;
  scope.bytes(2, span.text());
  ProtoWriter one;
  one.bytes(2, scope.text());  // the resource may come after its spans
  one.bytes(1, resource.text());
  ProtoWriter request;
  request.bytes(1, one.text());
  const auto spans = read_otlp_traces_protobuf(request.text());
  REQUIRE(spans.has_value());
  REQUIRE(spans->size() == 1);
  CHECK(spans->at(0).trace_id == "0102030405060708090a0b0c0d0e0f10");
  CHECK(lgtmwatch::wire::attribute(spans->at(0).resource, "service.name") == "svc");
  CHECK(spans->at(0).end_ns == 456);
}

TEST_CASE("Selectors are read as LogQL and PromQL write them") {
  const Labels labels{{"a", "1"}, {"b", "2"}};
  CHECK(matches(*parse_selector(R"({a="1", b!="1"})"), labels));
  CHECK(matches(*parse_selector(R"({ a =~ ".+" , c="" ,})"), labels));
  CHECK(matches(*parse_selector(R"({a=~"x|1|z\\.y"})"), labels));
  CHECK(matches(*parse_selector(R"({a=~"1"})"), labels));
  CHECK_FALSE(matches(*parse_selector(R"({a=~"x|11"})"), labels));
  CHECK_FALSE(asks_for_something(*parse_selector(R"({a=~"x|"})")));
  CHECK(asks_for_something(*parse_selector(R"({a=~"x|y"})")));
  CHECK_FALSE(matches(*parse_selector(R"({c=~".+"})"), labels));
  CHECK_FALSE(matches(*parse_selector(R"({a!=""  , b=""})"), labels));
  for (const auto* bad : {"", "{", "{a}", "{a=}", "{a=1}", "{a=\"1\"", "{a=\"1\"} x", "{a=~\"x+\"}", "{a=~\"x\\\\d\"}",
                          "{a=\"1\" b=\"2\"}"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_selector(bad).has_value());
  }
}

TEST_CASE("No input makes a reader crash") {
  std::mt19937 random(7);
  const std::vector<std::string> seeds{
      write_loki_push({LogStream{{{"a", "b"}}, {LogEntry{1, "x", {{"k", "v"}}}}}}),
      write_otlp_logs({LogRecord()}),
      write_otlp_traces({Span()}),
      write_otlp_metrics({Point()}),
      encode_remote_write({some_series()}),
      *snappy_uncompress(encode_remote_write({some_series()}), 10'000),
      R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"sum":[],"gauge":{"dataPoints":[1,{}]}}]}]}]})",
      std::string(100'000, '['),
      std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 10)};
  for (int round = 0; round < 4000; ++round) {
    auto text = seeds[random() % seeds.size()];
    for (unsigned i = 0; i < random() % 4 && !text.empty(); ++i)
      text[random() % text.size()] = static_cast<char>(random());
    if (random() % 3 == 0) text.resize(random() % (text.size() + 1));
    (void)read_loki_push_json(text);
    (void)read_loki_push_protobuf(text);
    (void)read_otlp_logs(text);
    (void)read_otlp_traces(text);
    (void)read_otlp_metrics(text);
    (void)read_otlp_logs_protobuf(text);
    (void)read_otlp_traces_protobuf(text);
    (void)read_otlp_metrics_protobuf(text);
    (void)decode_remote_write(text);
    (void)parse_selector(text);
  }
  SUCCEED();
}

}  // namespace
