#include <catch2/catch.hpp>
#include <set>

#include "wire/canary.hpp"
#include "wire/otlp_protobuf.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::wire;

Canary canary(std::uint64_t sequence = 42) {
  Canary made;
  made.id = {"3f9c01ab", "backend", sequence};
  made.stack = "shop";
  made.written = WallTime(Duration(1'795'352'138'423'354'886));
  return made;
}

TEST_CASE("The line of a canary says which one it is, and ends with its checksum") {
  CHECK(canary_line(canary()) == "canary=3f9c01ab-backend-42 written_ns=1795352138423354886 sum=e2f03ce6");
}

TEST_CASE("A whole line says all that was written, any other nothing") {
  auto made = canary();
  made.id.route = "direct-otlp-http";
  made.unordered = true;
  const auto line = canary_lines(made).back();
  const auto read = parse_canary_line(line);
  REQUIRE(read);
  CHECK(read->id.run == "3f9c01ab");
  CHECK(read->id.route == "direct-otlp-http");
  CHECK(read->id.sequence == 42);
  CHECK(read->written == made.written);
  CHECK(read->unordered);
  for (std::size_t i = 0; i < line.size(); ++i) {
    auto altered = line;
    altered[i] = altered[i] == '7' ? '8' : '7';
    CHECK_FALSE(parse_canary_line(altered));
  }
  for (const auto* text : {"", "canary=", "canary=a-b", "canary=a-b-1 written_ns=", " sum=00000000"})
    CHECK_FALSE(parse_canary_line(text));
}

TEST_CASE("Whatever is changed in a canary changes its line, its value and its trace") {
  auto other_run = canary();
  other_run.id.run = "00000000";
  auto other_route = canary();
  other_route.id.route = "mobile-http";
  auto later = canary();
  later.written += Duration(1);
  std::set<std::string> lines{canary_line(canary())};
  std::set<double> values{canary_value(canary())};
  for (const auto& other : {other_run, other_route, later, canary(43)}) {
    CHECK(lines.insert(canary_line(other)).second);
    CHECK(values.insert(canary_value(other)).second);
  }
  CHECK(canary_trace_id(canary().id) != canary_trace_id(other_run.id));
  CHECK(canary_trace_id(canary().id) != canary_trace_id(canary(43).id));
}

TEST_CASE("A large canary goes in a message of the size that was asked for, and is itself as any other") {
  auto large = canary();
  large.filler = 3'500'000;
  for (const auto& message :
       {write_otlp_logs(canary_logs(large, "c")), write_loki_push({canary_stream(large, "c")}),
        write_otlp_logs_protobuf(canary_logs(large, "c")), write_otlp_traces_protobuf(canary_spans(large, "c"))}) {
    CHECK(message.size() > 3'300'000);
    CHECK(message.size() < 4'194'304);
  }
  CHECK(canary_logs(large, "c").back().body == canary_line(canary()));
  CHECK(canary_spans(large, "c").back().trace_id == canary_trace_id(canary().id));
}

TEST_CASE("The filler of a large canary is older than it, no two lines at one time, and bears no token of it") {
  auto large = canary();
  large.filler = 3'500'000;
  const auto entries = canary_stream(large, "c").entries;
  for (std::size_t i = 1; i < entries.size(); ++i) {
    CHECK(entries[i - 1].ns < entries[i].ns);
    CHECK(entries[i - 1].line.find(canary_token(large.id)) == std::string::npos);
    CHECK(entries[i - 1].line.size() < 262'144);
  }
}

TEST_CASE("A canary with a fresh label is in a stream and a series that no other is in") {
  auto fresh = canary();
  fresh.fresh_label = true;
  auto next = canary(43);
  next.fresh_label = true;
  CHECK(canary_stream(fresh, "c").labels != canary_stream(next, "c").labels);
  CHECK(canary_series(fresh, "c").labels != canary_series(next, "c").labels);
  CHECK(attribute(canary_point(fresh, "c").resource, "service.instance.id") == canary_token(fresh.id));
  CHECK(attribute(canary_logs(fresh, "c").front().resource, "service.instance.id") == canary_token(fresh.id));
}

TEST_CASE("An unordered canary has three lines, two of one time and the last a second earlier") {
  auto unordered = canary();
  unordered.unordered = true;
  const auto entries = canary_stream(unordered, "c").entries;
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].ns == entries[1].ns);
  CHECK(entries[2].ns == entries[0].ns - 1'000'000'000);
  CHECK(std::set<std::string>{entries[0].line, entries[1].line, entries[2].line}.size() == 3);
}

TEST_CASE("The labels of a route are on what goes in through it") {
  auto labelled = canary();
  labelled.labels = {{"environment", "test"}};
  CHECK(canary_stream(labelled, "c").labels.at("environment") == "test");
  CHECK(canary_series(labelled, "c").labels.at("environment") == "test");
  CHECK(attribute(canary_point(labelled, "c").attributes, "environment") == "test");
  CHECK(attribute(canary_spans(labelled, "c").front().resource, "environment") == "test");
}

TEST_CASE("The value of a metric canary counts up, names its sequence and is exact in a double") {
  double last = 0;
  for (const std::uint64_t sequence : {1ULL, 2ULL, 1000ULL, 4294967295ULL}) {
    const auto value = canary_value(canary(sequence));
    CHECK(value > last);
    CHECK(value < 9007199254740992.0);
    CHECK(value == static_cast<double>(static_cast<std::uint64_t>(value)));
    CHECK(sequence_of_value(value) == sequence);
    last = value;
  }
}

TEST_CASE("A trace id has 32 hex digits of which the first is not 0, whatever the sequence") {
  for (std::uint64_t sequence = 1; sequence < 500; ++sequence) {
    const auto id = canary_trace_id(canary(sequence).id);
    CHECK(id.size() == 32);
    CHECK(id.front() != '0');
    CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(canary_span_id(canary(sequence).id).size() == 16);
  }
}

TEST_CASE("Every form of a canary carries the service name by which people exclude it") {
  const auto one = canary();
  CHECK(attribute(canary_logs(one, "lgtmwatch-canary").front().resource, "service.name") == "lgtmwatch-canary");
  CHECK(attribute(canary_spans(one, "lgtmwatch-canary").front().resource, "service.name") == "lgtmwatch-canary");
  CHECK(attribute(canary_point(one, "lgtmwatch-canary").resource, "service.name") == "lgtmwatch-canary");
  CHECK(canary_stream(one, "lgtmwatch-canary").labels.at("service_name") == "lgtmwatch-canary");
  CHECK(canary_series(one, "lgtmwatch-canary").labels.at("job") == "lgtmwatch-canary");
}

TEST_CASE("What is written for gRPC is read back the same") {
  const auto one = canary();
  const auto log = read_otlp_logs_protobuf(write_otlp_logs_protobuf(canary_logs(one, "c"))).value().at(0);
  CHECK(log.body == canary_line(one));
  CHECK(log.time_ns == canary_logs(one, "c").front().time_ns);
  CHECK(attribute(log.resource, "service.name") == "c");
  const auto span = read_otlp_traces_protobuf(write_otlp_traces_protobuf(canary_spans(one, "c"))).value().at(0);
  CHECK(span.trace_id == canary_trace_id(one.id));
  CHECK(span.span_id == canary_span_id(one.id));
  CHECK(span.end_ns == canary_spans(one, "c").front().end_ns);
  CHECK(attribute(span.attributes, "lgtmwatch_canary") == canary_line(one));
  const auto point = read_otlp_metrics_protobuf(write_otlp_metrics_protobuf({canary_point(one, "c")})).value().at(0);
  CHECK(point.name == canary_metric);
  CHECK(point.kind == Point::Kind::gauge);
  CHECK(point.value == canary_value(one));
  CHECK(point.time_ns == canary_point(one, "c").time_ns);
}

TEST_CASE("The series of a metric canary does not grow with the runs of lgtmwatch") {
  auto other_run = canary(7);
  other_run.id.run = "00000000";
  CHECK(canary_series(canary(), "c").labels == canary_series(other_run, "c").labels);
}

}  // namespace
