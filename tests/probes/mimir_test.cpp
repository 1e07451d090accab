#include <catch2/catch.hpp>

#include "probes/mimir/mimir_api.hpp"
#include "probes/mimir/mimir_newest.hpp"
#include "probes/mimir/mimir_tenant.hpp"

namespace lgtmwatch {

TEST_CASE("The number of series is read from Mimir's and from Prometheus' own figures") {
  CHECK(parse_series_count(R"({"ingestionRate":1.5,"numSeries":9142})", MimirKind::mimir).value() == 9142);
  CHECK(parse_series_count(R"({"status":"success","data":{"headStats":{"numSeries":12}}})", MimirKind::prometheus)
            .value() == 12);
  CHECK(parse_series_count(R"({"numSeries":"many"})", MimirKind::cortex).error().what ==
        "numSeries: expected a number, found a string");
}

TEST_CASE("Jobs of the stack and of lgtmwatch are no application's") {
  const std::set<std::string> stack_jobs{"alloy", "loki"};
  const auto tenant = judge_mimir_tenant({"alloy", "loki", "watcher", "shop"}, stack_jobs, {"watcher"}, 100.0, 30);
  CHECK(tenant.jobs == 3);
  CHECK(tenant.application_jobs == 1);
  CHECK(tenant.series == 70.0);
  CHECK_FALSE(judge_mimir_tenant({}, stack_jobs, {}, std::nullopt, 0).series);
}

TEST_CASE("The newest sample is that of any series, and zeros are told apart") {
  const auto newest = parse_newest_samples(R"({"status":"success","data":{"resultType":"matrix","result":[
      {"metric":{},"values":[[100.5,"1"],[200.25,"0"]]},{"metric":{},"values":[[150,"NaN"],[151,"+Inf"]]},
      {"metric":{},"histograms":[[99,{"count":"1"}]]}]}})");
  CHECK(unix_seconds(newest.value().any.value()) == Approx(200.25));
  CHECK(unix_seconds(newest.value().not_zero.value()) == Approx(151));
  const auto nothing = parse_newest_samples(R"({"status":"success","data":{"resultType":"matrix","result":[]}})");
  CHECK_FALSE(nothing.value().any);
}

TEST_CASE("A failed query says what Mimir says, and another type of result is a mismatch") {
  CHECK(parse_newest_samples(R"({"status":"error","errorType":"execution","error":"empty ring"})").error().what ==
        "the query failed: empty ring");
  const auto vector = R"({"status":"success","data":{"resultType":"vector","result":[]}})";
  CHECK(parse_newest_samples(vector).error().reason == Reason::mismatch);
  CHECK(parse_vector(vector).value().empty());
}

TEST_CASE("A vector gives the job and the value of each series") {
  const auto values = parse_vector(R"({"status":"success","data":{"resultType":"vector","result":[
      {"metric":{"job":"shop"},"value":[1.5,"3"]},{"metric":{},"value":[1.5,"4"]}]}})");
  REQUIRE(values.value().size() == 2);
  CHECK(values.value()[0].job == "shop");
  CHECK(values.value()[0].value == 3);
  CHECK(values.value()[1].job.empty());
  CHECK(parse_vector(R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{}}]}})").has_error());
}

TEST_CASE("A selector that names a metric is its own witness") {
  CHECK(names_a_metric(R"(http_requests_total{job="x"})"));
  CHECK(names_a_metric(R"({__name__="up",job="x"})"));
  CHECK_FALSE(names_a_metric(R"({job="x"})"));
}

TEST_CASE("Any series of a source can be its witness, with its labels escaped") {
  const auto witness =
      parse_first_series(R"({"status":"success","data":[{"__name__":"a_total","path":"C:\\x\"y"},{"__name__":"b"}]})");
  CHECK(witness.value() == R"({__name__="a_total",path="C:\\x\"y"})");
  CHECK_FALSE(parse_first_series(R"({"status":"success","data":[]})").value());
}

TEST_CASE("Every instant query carries its time in milliseconds") {
  MimirPlan mimir{Endpoint(Url::parse("http://mimir:9009").value())};
  mimir.api_prefix = "/prometheus";
  CHECK(instant_query(mimir, "up", wall_from_unix_seconds(1795352139.65)) ==
        "/prometheus/api/v1/query?query=up&time=1795352139.650");
}

}  // namespace lgtmwatch
