#include <catch2/catch.hpp>

#include "daemon/model/datasource_type.hpp"
#include "probes/grafana/datasource_questions.hpp"
#include "probes/grafana/grafana_datasource.hpp"
#include "probes/grafana/grafana_ready.hpp"
#include "tests/probes/response.hpp"

namespace lgtmwatch {

TEST_CASE("Grafana is ready while its database is ok, and says why where it is not") {
  const auto well = judge_grafana_health(response(200, R"({"commit":"NA","database":"ok","version":"9.2.0"})"), "g");
  CHECK(well.value().ready);
  CHECK(well.value().version == "9.2.0");
  const auto failing = judge_grafana_health(response(503, R"({"database":"failing","version":"12.1.0"})"), "g");
  CHECK_FALSE(failing.value().ready);
  CHECK(failing.value().message == "its database is failing");
  CHECK_FALSE(judge_grafana_health(response(200, R"({"database":"failing"})"), "g").value().ready);
}

TEST_CASE("A Grafana that hides its version has none") {
  CHECK(judge_grafana_health(response(200, R"({"database":"ok"})"), "g").value().version.empty());
}

TEST_CASE("Something else that answers in Grafana's place is not ready, nor down") {
  CHECK(judge_grafana_health(response(200, "<html>Welcome</html>"), "g").error().reason == Reason::mismatch);
  CHECK(judge_grafana_health(response(404, "no"), "g").error().reason == Reason::not_found);
  CHECK(did_not_answer(judge_grafana_health(response(502, ""), "g").error()));
}

TEST_CASE("What comes through the proxy is told apart: Grafana's own words, the gateway's silence, the backend's") {
  struct Case {
    int status;
    std::string body;
    QueryAnswer expected;
  };
  const std::vector<Case> cases{
      {200, R"({"data":{"result":[{"values":[["1795349796005417756","a"]]}]}})", QueryAnswer::data},
      {200, R"({"data":{"result":[]}})", QueryAnswer::nothing},
      {200, "<html>some other server</html>", QueryAnswer::stranger},
      {404, R"({"message":"Unable to find datasource","traceID":""})", QueryAnswer::missing},
      {404, R"({"message":"Data source not found","traceID":""})", QueryAnswer::missing},
      {404, "404 page not found\n", QueryAnswer::stranger},
      {502, "", QueryAnswer::unreachable},
      {504, "", QueryAnswer::silent},
      {400, "Authentication to data source failed", QueryAnswer::unauthorized},
      {401, "no org id\n", QueryAnswer::unauthorized},
      {400, "parse error at line 1", QueryAnswer::failed},
      {500, "empty ring", QueryAnswer::failed},
  };
  for (const auto& each : cases) {
    INFO(each.status << " " << each.body);
    CHECK(judge_proxied(response(each.status, each.body), Component::loki).answer == each.expected);
  }
}

TEST_CASE("A rejection of lgtmwatch's own token is Grafana's, a 401 of a backend is not") {
  CHECK(rejection_by_grafana(response(401, R"({"message":"invalid API key","traceID":""})"), "g")->reason ==
        Reason::auth);
  CHECK(rejection_by_grafana(response(403, R"({"accessErrorId":"1","message":"You'll need additional permissions"})"),
                             "g")
            ->reason == Reason::auth);
  CHECK_FALSE(rejection_by_grafana(response(401, "no org id\n"), "g"));
  CHECK_FALSE(rejection_by_grafana(response(502, ""), "g"));
}

TEST_CASE("Datasources are found by type, without those that only a browser can ask, and at most sixteen") {
  const auto listed = parse_datasources(
      R"([{"uid":"am","type":"alertmanager"},{"uid":"loki","type":"loki"},{"uid":"mimir","type":"prometheus"}])");
  CHECK(uids_of_type(listed.value(), "loki") == std::vector<std::string>{"loki"});
  CHECK(uids_of_type(listed.value(), datasource_type(Component::mimir)) == std::vector<std::string>{"mimir"});
  const auto settings = parse_frontend_settings(R"({"datasources":{
      "Loki":{"uid":"l","type":"loki","meta":{"backend":true}},
      "Browser":{"uid":"b","type":"loki","meta":{"backend":false}},
      "-- Mixed --":{"type":"datasource","meta":{"backend":false}}}})");
  CHECK(uids_of_type(settings.value(), "loki") == std::vector<std::string>{"l"});
  Datasource one;
  one.type = "loki";
  CHECK(uids_of_type(Datasources(40, one), "loki").size() == 16);
}

TEST_CASE("A list of datasources that is none is an error") {
  CHECK(parse_datasources(R"({"message":"no"})").has_error());
  CHECK(parse_datasources(R"([1])").has_error());
  CHECK(parse_frontend_settings(R"({"datasources":[]})").has_error());
}

TEST_CASE("The questions ask for an expected source first, and never for a constant") {
  Expectation expected;
  expected.selector = R"({service_name="shop"})";
  expected.max_age = std::chrono::minutes(10);
  const auto now = wall_from_unix_seconds(1795352139);
  const auto loki = datasource_questions(Component::loki, expected, now);
  REQUIRE(loki.size() == 2);
  CHECK(loki[0].starts_with("/loki/api/v1/query_range?query=%7Bservice_name%3D%22shop%22%7D&limit=1&"));
  CHECK(datasource_questions(Component::loki, std::nullopt, now).size() == 1);
  expected.selector = R"({job="shop"})";
  const auto mimir = datasource_questions(Component::mimir, expected, now);
  CHECK(mimir[0] == "/api/v1/query?query=count%28up%29&time=1795352139.000");
  CHECK(mimir[1] == "/api/v1/query?query=count%28target_info%7Bjob%3D%22shop%22%7D%29&time=1795352139.000");
}

}  // namespace lgtmwatch
