#include <catch2/catch.hpp>

#include "daemon/model/own.hpp"
#include "probes/tempo/tempo_newest.hpp"
#include "probes/tempo/tempo_services.hpp"

namespace lgtmwatch {

using std::chrono::minutes;
using std::chrono::seconds;

TEST_CASE("Tempo's services are read without the spans that name none, and without the canaries") {
  const auto services = parse_tempo_services(
      R"({"tagValues":[{"type":"string","value":"shop"},{"type":"string"},{"type":"string","value":""},
          {"type":"string","value":"lgtmwatch-canary"}],"metrics":{}})");
  REQUIRE(services.has_value());
  CHECK(services->size() == 2);
  CHECK(judge_tempo_services(*services).services == 1);
}

TEST_CASE("An empty Tempo is told from a stranger's JSON") {
  CHECK(parse_tempo_services(R"({"tagValues":[],"metrics":{}})").value().empty());
  CHECK(parse_tempo_services(R"({"metrics":{}})").value().empty());
  CHECK(parse_tempo_services("{}").value().empty());
  CHECK(parse_tempo_services(R"({"error":"no"})").error().what == "tagValues is missing in the answer");
  CHECK(parse_tempo_newest(R"({"error":"no"})").has_error());
  CHECK_FALSE(parse_tempo_newest(R"({"traces":[]})").value());
}

TEST_CASE("The newest of the traces that Tempo returns counts") {
  const auto newest = parse_tempo_newest(
      R"({"traces":[{"traceID":"1","startTimeUnixNano":"5"},{"traceID":"2","startTimeUnixNano":"7"}]})");
  CHECK(newest.value() == WallTime(Duration(7)));
  const auto lasting = parse_tempo_newest(
      R"({"traces":[{"startTimeUnixNano":"5","durationMs":60000},{"startTimeUnixNano":"7","durationMs":-1}]})");
  CHECK(lasting.value() == WallTime(std::chrono::minutes(1) + Duration(5)));
}

TEST_CASE("The search for the newest trace begins narrow and is never narrower than Tempo can search") {
  CHECK(tempo_windows(seconds(60)) == std::vector<Duration>{seconds(60), minutes(10)});
  CHECK(tempo_windows(seconds(75)) == std::vector<Duration>{seconds(60), seconds(75), minutes(10)});
  CHECK(tempo_windows(minutes(15)) == std::vector<Duration>{seconds(225), minutes(15), minutes(30)});
}

}  // namespace lgtmwatch
