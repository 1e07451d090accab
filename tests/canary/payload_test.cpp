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

TEST_CASE("A large canary is as long as it was asked to be, and is made the same again") {
  auto large = canary();
  large.padding = 100'000;
  CHECK(canary_line(large).size() > 100'000);
  CHECK(canary_line(large) == canary_line(large));
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
  CHECK(attribute(canary_log(one, "lgtmwatch-canary").resource, "service.name") == "lgtmwatch-canary");
  CHECK(attribute(canary_span(one, "lgtmwatch-canary").resource, "service.name") == "lgtmwatch-canary");
  CHECK(attribute(canary_point(one, "lgtmwatch-canary").resource, "service.name") == "lgtmwatch-canary");
  CHECK(canary_stream(one, "lgtmwatch-canary").labels.at("service_name") == "lgtmwatch-canary");
  CHECK(canary_series(one, "lgtmwatch-canary").labels.at("job") == "lgtmwatch-canary");
}

TEST_CASE("What is written for gRPC is read back the same") {
  const auto one = canary();
  const auto log = read_otlp_logs_protobuf(write_otlp_logs_protobuf({canary_log(one, "c")})).value().at(0);
  CHECK(log.body == canary_line(one));
  CHECK(log.time_ns == canary_log(one, "c").time_ns);
  CHECK(attribute(log.resource, "service.name") == "c");
  const auto span = read_otlp_traces_protobuf(write_otlp_traces_protobuf({canary_span(one, "c")})).value().at(0);
  CHECK(span.trace_id == canary_trace_id(one.id));
  CHECK(span.span_id == canary_span_id(one.id));
  CHECK(span.end_ns == canary_span(one, "c").end_ns);
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
