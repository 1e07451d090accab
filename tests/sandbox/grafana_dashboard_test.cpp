// The sandbox's Grafana shows a dashboard, and answers what its panels ask in the form that was recorded.
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <set>

#include "bench.hpp"
#include "tests/support/source_dir.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using Catch::Contains;

std::string recorded(const std::string& name) {
  std::ifstream file(source_dir() + "/tests/recordings/grafana-datasources/" + name, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Reply query(Bench& bench, const std::string& uid, const std::string& members, const std::string& from = "now-5m") {
  return bench.post("grafana", "/api/ds/query", "application/json",
                    R"({"from":")" + from + R"(","to":"now","queries":[{"refId":"A","datasource":{"uid":")" + uid +
                        R"("},)" + members + "}]}");
}

boost::json::value result(const Reply& reply) { return reply.json().at("results").at("A"); }

std::string error_of(const Reply& reply) { return result(reply).at("error").as_string().c_str(); }

// The keys of an object and of all objects within it, one within the other.
std::string shape_of(const boost::json::value& value) {
  std::string shape;
  if (value.is_array() && !value.as_array().empty()) return "[" + shape_of(value.as_array().front()) + "]";
  if (!value.is_object()) return value.is_string() ? "text" : value.is_number() ? "number" : "";
  for (const auto& each : value.as_object())
    if (!std::set<std::string>{"labels", "config", "stats", "name", "values"}.contains(each.key()))
      shape += std::string(each.key()) + "{" + shape_of(each.value()) + "}";
  return shape;
}

const std::string rate = R"~("expr":"sum by (route) (rate(http_requests_total{job=\"scanium-backend\"}[1m]))")~";
const std::string lines = R"("expr":"{service_name=\"scanium-backend\"}","queryType":"range","maxLines":3)";

TEST_CASE("Grafana finds its dashboard in a folder, and knows no other") {
  Bench bench;
  const auto found = bench.get("grafana", "/api/search?type=dash-db&limit=5000").json();
  REQUIRE(found.as_array().size() == 1);
  CHECK(found.at(0).at("uid").as_string() == "backend-overview");
  CHECK(found.at(0).at("folderTitle").as_string() == "Scanium");
  CHECK(bench.get("grafana", "/api/search?type=dash-folder").body == "[]");
  const auto dashboard = bench.get("grafana", "/api/dashboards/uid/backend-overview").json();
  CHECK(dashboard.at("dashboard").at("title").as_string() == "Backend overview");
  const auto unknown = bench.get("grafana", "/api/dashboards/uid/gone");
  CHECK(unknown.status == 404);
  CHECK(unknown.body == "{\"message\":\"Dashboard not found\",\"traceID\":\"\"}\n");
}

TEST_CASE("A query of metrics brings a frame for each series, over the time that was asked for") {
  Bench bench;
  const auto answer = query(bench, "mimir", rate);
  REQUIRE(answer.status == 200);
  const auto found = result(answer);
  const auto& frames = found.at("frames").as_array();
  REQUIRE(frames.size() == 1);
  CHECK(boost::json::serialize(frames[0].at("schema").at("fields").at(1).at("labels")) == R"({"route":"/items"})");
  const auto& values = frames[0].at("data").at("values").as_array();
  CHECK(values.at(0).as_array().size() == 21);
  CHECK(values.at(1).as_array().back().to_number<double>() == Approx(0.5));
  CHECK(values.at(0).as_array().back().to_number<std::int64_t>() == bench.now_ns() / 1'000'000);
}

TEST_CASE("Frames have the form that was recorded") {
  Bench bench;
  const auto instant = query(bench, "mimir", R"~("expr":"count(target_info)","instant":true)~");
  CHECK(shape_of(result(instant)) == shape_of(boost::json::parse(recorded("grafana-32.json")).at("results").at("A")));
  const auto logs = query(bench, "loki", lines);
  CHECK(shape_of(result(logs)) == shape_of(boost::json::parse(recorded("grafana-34.json")).at("results").at("A")));
  CHECK(result(logs).at("frames").at(0).at("data").at("values").at(2).as_array().size() == 3);
}

TEST_CASE("A query that brings nothing, or that is not understood, is answered as recorded") {
  Bench bench;
  CHECK(query(bench, "mimir", R"~("expr":"count(")~").body == recorded("grafana-33.json"));
  CHECK(query(bench, "mimir", R"("expr":"gone")").body == recorded("grafana-33.json"));
  const auto broken = query(bench, "loki", R"("expr":"{","queryType":"range")");
  CHECK(broken.status == 400);
  CHECK_THAT(error_of(broken), Contains("parse error"));
  CHECK(query(bench, "no-such-uid", lines).body == recorded("grafana-39.json") + "\n");
  CHECK(query(bench, "am", "\"expr\":\"\"").status == 503);
  CHECK(bench.post("grafana", "/api/ds/query", "application/json", "{}").status == 400);
}

TEST_CASE("Faults of datasources and backends act on queries as recorded") {
  Bench bench;
  REQUIRE(bench.fault("grafana-ds-wrong-url") == 404);
  for (const auto* backend : {"loki", "mimir"})
    REQUIRE(bench.fault(std::string("grafana-ds-wrong-url:") + backend) == 200);
  CHECK(query(bench, "mimir", rate).body == recorded("grafana-37.json"));
  const auto refused = query(bench, "loki", lines);
  CHECK(refused.status == 400);
  CHECK(result(refused).at("status") == 502);
  CHECK_THAT(error_of(refused), Contains("Get \"http://127.0.0.1:1/loki/api/v1/query_range?query=") &&
                                    Contains("dial tcp 127.0.0.1:1: connect: connection refused"));
  bench.clear();
  REQUIRE(bench.fault("grafana-ds-green-but-empty:mimir") == 200);
  CHECK(result(query(bench, "mimir", rate)).at("frames").as_array().empty());
  REQUIRE(bench.fault("grafana-ds-tenant-missing:loki") == 200);
  CHECK(error_of(query(bench, "loki", lines)) == "no org id");
}

TEST_CASE("dashboard-metric-renamed leaves the panel's metric without series, under its new name it goes on") {
  Bench bench;
  REQUIRE(bench.fault("dashboard-metric-renamed") == 200);
  CHECK(result(query(bench, "mimir", rate)).at("frames").as_array().empty());
  CHECK_FALSE(result(query(bench, "mimir", R"("expr":"http_server_requests_total")")).at("frames").as_array().empty());
  bench.clear();
  CHECK_FALSE(result(query(bench, "mimir", rate)).at("frames").as_array().empty());
}

TEST_CASE("dashboard-panel-failing cuts the query of the panel of log lines") {
  Bench bench;
  const auto queries = [&] { return bench.get("grafana", "/api/dashboards/uid/backend-overview").body; };
  CHECK_THAT(queries(), Contains(R"("expr": "{service_name=\"$job\"}")"));
  REQUIRE(bench.fault("dashboard-panel-failing") == 200);
  CHECK_THAT(queries(), Contains(R"("expr": "{service_name=\"$job\"")"));
}

}  // namespace
