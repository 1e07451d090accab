// The sandbox's Grafana answers as the recordings of a real one do, and hands through what the backends answer.
#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <set>

#include "ages.hpp"
#include "bench.hpp"
#include "tests/support/source_dir.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using Catch::Contains;

const std::string proxy = "/api/datasources/proxy/uid/";
const std::string labels = "/loki/api/v1/labels";
const std::string jobs = "/api/v1/label/job/values";
const std::string services = "/api/v2/search/tag/resource.service.name/values";

std::string recorded(const std::string& name, const std::string& scenario = "grafana-datasources") {
  std::ifstream file(source_dir() + "/tests/recordings/" + scenario + "/" + name, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Reply with_token(Bench& bench, const std::string& path, const std::string& token) {
  Ask ask;
  ask.path = path;
  ask.headers = {{"Authorization", "Bearer " + token}};
  return bench.ask("grafana", ask);
}

void check_answer(const Reply& reply, int status, const std::string& body) {
  CHECK(reply.status == status);
  CHECK(reply.body == body);
}

TEST_CASE("Grafana answers word for word as recorded where nothing of the stack is in the answer") {
  Bench bench;
  check_answer(bench.get("grafana", "/api/health"), 200, recorded("grafana-00.json"));
  check_answer(bench.get("grafana", "/healthz"), 200, recorded("grafana-01.txt"));
  check_answer(with_token(bench, "/api/datasources", "glsa_other"), 401, recorded("grafana-04.json"));
  check_answer(bench.get("grafana", proxy + "no-such-uid/api/echo"), 404, recorded("grafana-31.json"));
  CHECK(with_token(bench, "/api/datasources", "glsa_sandbox").status == 200);
}

TEST_CASE("Grafana lists its datasources as recorded, and says which types have a backend part") {
  Bench bench;
  const auto document = boost::json::parse(recorded("grafana-02.json"));
  const auto list = bench.get("grafana", "/api/datasources").json();
  std::set<std::string> types;
  for (const auto& one : list.as_array()) {
    types.insert(one.at("type").as_string().c_str());
    for (const auto& [key, value] : one.as_object()) {
      CAPTURE(key);
      CHECK(document.at(0).as_object().contains(key));
    }
  }
  CHECK(types == std::set<std::string>{"alertmanager", "loki", "prometheus", "tempo"});
  CHECK_THAT(list.at(2).at("url").as_string().c_str(), Contains("http://127.0.0.1:") && Contains("/prometheus"));
  const auto settings = bench.get("grafana", "/api/frontend/settings").json().at("datasources");
  CHECK(settings.at("Loki").at("meta").at("backend").as_bool());
  CHECK_FALSE(settings.at("Alertmanager").at("meta").at("backend").as_bool());
}

TEST_CASE("Grafana's proxy brings what the backend itself answers") {
  Bench bench;
  CHECK(bench.get("grafana", proxy + "loki" + labels).body == bench.get("loki", labels).body);
  CHECK(bench.get("grafana", proxy + "mimir" + jobs).body == bench.get("mimir", "/prometheus" + jobs).body);
  CHECK(bench.get("grafana", proxy + "tempo" + services).body == bench.get("tempo", services).body);
  CHECK_THAT(bench.get("grafana", proxy + "loki" + labels).body, Contains("service_name"));
  CHECK_THAT(bench.get("grafana", proxy + "mimir" + jobs).body, Contains("scanium-backend"));
  CHECK_THAT(bench.get("grafana", proxy + "tempo" + services).body, Contains("scanium-backend"));
}

TEST_CASE("A datasource with a wrong URL fails as recorded") {
  Bench bench;
  for (const auto* backend : {"loki", "mimir", "tempo"})
    REQUIRE(bench.fault(std::string("grafana-ds-wrong-url:") + backend) == 200);
  check_answer(bench.get("grafana", proxy + "loki" + labels), 502, recorded("grafana-28.txt"));
  check_answer(bench.get("grafana", proxy + "mimir/api/v1/query?query=1"), 404, recorded("grafana-29.txt"));
  check_answer(bench.get("grafana", proxy + "tempo/api/echo"), 502, recorded("grafana-30.txt"));
  CHECK_THAT(bench.get("grafana", "/api/datasources").body,
             Contains("127.0.0.1:1\"") && Contains("/promethues") && Contains("tempo.invalid:"));
  bench.clear();
  CHECK(bench.get("grafana", proxy + "loki" + labels).status == 200);
}

TEST_CASE("Behind a backend that is down the proxy answers 502 as recorded, behind one that hangs nothing") {
  Bench bench;
  REQUIRE(bench.fault("backend-down:loki") == 200);
  check_answer(bench.get("grafana", proxy + "loki" + labels), 502, recorded("grafana-12.txt", "grafana-loki-down"));
  CHECK(bench.get("grafana", proxy + "mimir" + jobs).status == 200);
  REQUIRE(bench.fault("backend-hung:tempo") == 200);
  CHECK(bench.hangs("grafana", proxy + "tempo" + services));
}

TEST_CASE("A datasource that is missing or has another uid is unknown under the old one") {
  Bench bench;
  REQUIRE(bench.fault("grafana-ds-missing:loki") == 200);
  REQUIRE(bench.fault("grafana-ds-uid-changed:tempo") == 200);
  for (const auto* uid : {"loki", "tempo"})
    check_answer(bench.get("grafana", proxy + uid + "/api/echo"), 404, recorded("grafana-31.json"));
  CHECK(bench.get("grafana", proxy + "P214B5B846CF3925F" + services).status == 200);
  CHECK_THAT(bench.get("grafana", "/api/datasources").body, !Contains("\"loki\"") && Contains("P214B5B846CF3925F"));
}

TEST_CASE("A datasource without a tenant hides the backend's 401, and one of another tenant shows nothing") {
  Bench bench;
  REQUIRE(bench.fault("grafana-ds-tenant-missing:loki") == 200);
  CHECK(bench.get("loki", labels).status == 401);
  check_answer(bench.get("grafana", proxy + "loki" + labels), 400, "Authentication to data source failed");
  REQUIRE(bench.fault("grafana-ds-green-but-empty:mimir") == 200);
  check_answer(bench.get("grafana", proxy + "mimir" + jobs), 200, R"({"status":"success","data":[]})");
  CHECK_THAT(bench.get("mimir", "/prometheus" + jobs).body, Contains("scanium-backend"));
}

TEST_CASE("Grafana's own faults: down, hung, a failing database, nobody let in") {
  Bench bench;
  REQUIRE(bench.fault("grafana-down-or-db:database") == 200);
  const auto failing = bench.get("grafana", "/api/health");
  CHECK(failing.status == 503);
  CHECK_THAT(failing.body, Contains("\"database\": \"failing\""));
  REQUIRE(bench.fault("watcher-auth-rejected:grafana") == 200);
  check_answer(bench.get("grafana", "/api/datasources"), 401, recorded("grafana-03.json"));
  check_answer(with_token(bench, "/api/datasources", "glsa_sandbox"), 401, recorded("grafana-04.json"));
  REQUIRE(bench.fault("grafana-hung") == 200);
  CHECK(bench.hangs("grafana", "/api/health"));
  REQUIRE(bench.fault("grafana-down-or-db") == 200);
  CHECK(bench.get("grafana", "/api/health").refused);
  bench.clear();
  check_answer(bench.get("grafana", "/api/health"), 200, recorded("grafana-00.json"));
}

}  // namespace
