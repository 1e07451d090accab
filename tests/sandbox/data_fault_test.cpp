// One test per fault of what the backends hold and the application sends: what it does on the wire.
#include <boost/json/object.hpp>
#include <catch2/catch.hpp>

#include "ages.hpp"
#include "bench.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;

TEST_CASE("mimir-only-stack-jobs leaves the stack's own jobs") {
  Bench bench;
  const auto before = bench.get("mimir", "/api/v1/user_stats").json().at("numSeries").to_number<int>();
  REQUIRE(bench.fault("mimir-only-stack-jobs") == 200);
  CHECK(bench.get("mimir", "/prometheus/api/v1/label/job/values").body ==
        R"({"status":"success","data":["alloy","loki","mimir","tempo"]})");
  CHECK(bench.get("mimir", "/api/v1/user_stats").json().at("numSeries").to_number<int>() == before - 2);
  CHECK(age_of_metrics(bench) == -1);
}

TEST_CASE("loki-without-labels leaves the key data out") {
  Bench bench;
  REQUIRE(bench.fault("loki-without-labels") == 200);
  CHECK(bench.get("loki", "/loki/api/v1/labels").body == R"({"status":"success"})");
  CHECK(bench.get("loki", "/loki/api/v1/label/service_name/values").body == R"({"status":"success"})");
  CHECK(bench.get("loki", "/loki/api/v1/series?match[]=" + escaped(R"({service_name=~".+"})")).body ==
        R"({"status":"success","data":[]})");
  CHECK(age_of_lines(bench, otlp_logs) == -1);
}

TEST_CASE("tempo-without-services has empty tag values and finds nothing") {
  Bench bench;
  REQUIRE(bench.fault("tempo-without-services") == 200);
  const auto values = bench.get("tempo", "/api/v2/search/tag/resource.service.name/values").json();
  CHECK(values.at("tagValues").as_array().empty());
  CHECK(age_of_traces(bench) == -1);
}

TEST_CASE("source-silent stops all signals of the application from now on, and not its container") {
  Bench bench;
  REQUIRE(bench.fault("source-silent") == 200);
  bench.play(20);
  CHECK(age_of_lines(bench, otlp_logs) == Approx(42).margin(2.1));
  CHECK(age_of_metrics(bench) == Approx(42).margin(2.1));
  CHECK(age_of_traces(bench) == Approx(42).margin(2.1));
  CHECK(age_of_lines(bench, container_lines) < 1);
  bench.clear();
  bench.play();
  CHECK(age_of_lines(bench, otlp_logs) < 1);
}

TEST_CASE("source-silent of one signal leaves the others") {
  Bench bench;
  REQUIRE(bench.fault("source-silent:traces?since=5m") == 200);
  bench.play(2);
  CHECK(age_of_traces(bench) == Approx(304).margin(3));
  CHECK(age_of_lines(bench, otlp_logs) < 1);
  CHECK(age_of_metrics(bench) < 1);
  const auto seconds = std::to_string(bench.now_ns() / 1'000'000'000 - 30);
  const auto counted =
      bench.get("mimir", "/prometheus/api/v1/query?query=" + escaped(R"(count({job=~"loki|scanium-backend"}))"));
  CHECK(counted.json().at("data").at("result").at(0).at("value").at(1).as_string() == "5");
  const auto recent =
      "/prometheus/api/v1/series?start=" + seconds + "&match[]=" + escaped(R"({job="scanium-backend"})");
  CHECK(bench.get("mimir", recent).json().at("data").as_array().size() == 2);
  REQUIRE(bench.fault("source-silent:metrics?since=5m") == 200);
  CHECK(bench.get("mimir", recent).json().at("data").as_array().empty());
}

TEST_CASE("source-silent on the command line ends the history ten minutes ago") {
  sandbox::SandboxOptions options;
  options.faults = {"source-silent:metrics", "source-silent:logs"};
  Bench bench(options);
  CHECK(age_of_metrics(bench) == Approx(601).margin(1.1));
  CHECK(age_of_lines(bench, otlp_logs) == Approx(601).margin(1.1));
  CHECK(age_of_lines(bench, container_lines) < 3);
  CHECK(age_of_traces(bench) < 33);
}

TEST_CASE("app-logger-not-exported: no OTLP log ever, and the container's lines flow") {
  Bench bench;
  REQUIRE(bench.fault("app-logger-not-exported") == 200);
  bench.play();
  CHECK(age_of_lines(bench, otlp_logs) == -1);
  CHECK(age_of_lines(bench, container_lines) < 1);
  CHECK(age_of_lines(bench, R"({service_name="scanium-backend"})") < 1);
  CHECK(age_of_metrics(bench) < 1);
}

TEST_CASE("watcher-tenant-missing is a 401 for reads without a tenant, and not for readiness") {
  struct Case {
    const char* backend;
    const char* read;
    const char* open;
  };
  const auto one =
      GENERATE(Case{"loki", "/loki/api/v1/labels", "/loki/api/v1/status/buildinfo"},
               Case{"tempo", "/api/v2/search/tag/resource.service.name/values", "/api/status/buildinfo"},
               Case{"mimir", "/prometheus/api/v1/label/job/values", "/prometheus/api/v1/status/buildinfo"});
  CAPTURE(one.backend);
  Bench bench;
  REQUIRE(bench.fault(std::string("watcher-tenant-missing:") + one.backend) == 200);
  const auto refused = bench.get(one.backend, one.read);
  CHECK(refused.status == 401);
  CHECK(refused.content_type == "text/plain; charset=utf-8");
  CHECK(refused.body == "no org id\n");
  CHECK(bench.get(one.backend, one.open).status == 200);
  CHECK(bench.get(one.backend, "/ready").status == 200);
  Ask with_tenant;
  with_tenant.path = one.read;
  with_tenant.headers.emplace_back("X-Scope-OrgID", "a");
  CHECK(bench.ask(one.backend, with_tenant).status == 200);
}

}  // namespace
