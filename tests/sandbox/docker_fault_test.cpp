// One test per fault of containers: what Docker shows of it, and what it does to the telemetry.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include "ages.hpp"
#include "bench.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using Catch::Contains;
namespace json = boost::json;

constexpr const char* log_path = "/containers/scanium-backend/logs?stdout=1&stderr=1&tail=1&timestamps=1";

json::value inspected(Bench& bench, const std::string& name = "scanium-backend") {
  const auto reply = bench.get("docker", "/containers/" + name + "/json");
  REQUIRE(reply.status == 200);
  return reply.json();
}

std::string environment(Bench& bench) { return json::serialize(inspected(bench).at("Config").at("Env")); }

json::object networks(Bench& bench, const std::string& name) {
  return inspected(bench, name).at("NetworkSettings").at("Networks").as_object();
}

std::string aliases(Bench& bench, const std::string& name) {
  return json::serialize(networks(bench, name).at("backend").at("Aliases"));
}

void check_silent(Bench& bench) {
  bench.play(20);
  CHECK(age_of_lines(bench, otlp_logs) == Approx(42).margin(2.1));
  CHECK(age_of_metrics(bench) == Approx(42).margin(2.1));
  CHECK(age_of_traces(bench) == Approx(42).margin(2.1));
}

TEST_CASE(
    "otlp-localhost-in-container: the application is told to send to itself, and only its container's lines come") {
  Bench bench;
  REQUIRE(bench.fault("otlp-localhost-in-container") == 200);
  CHECK_THAT(environment(bench), Contains(R"("OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318")") &&
                                     Contains(R"("OTEL_SERVICE_NAME=scanium-backend")"));
  check_silent(bench);
  CHECK(age_of_lines(bench, container_lines) < 1);
  bench.clear();
  bench.play();
  CHECK_THAT(environment(bench), Contains("=http://scanium-alloy:4319"));
  CHECK(age_of_lines(bench, otlp_logs) < 1);
}

TEST_CASE(
    "docker-no-shared-network: the application is on a network without Alloy, and only its container's lines come") {
  Bench bench;
  REQUIRE(bench.fault("docker-no-shared-network") == 200);
  const auto of_application = networks(bench, "scanium-backend");
  CHECK(of_application.size() == 1);
  CHECK(of_application.at("apps").at("IPAddress").as_string() == "172.22.0.2");
  CHECK(inspected(bench).at("HostConfig").at("NetworkMode").as_string() == "apps");
  CHECK_FALSE(networks(bench, "scanium-alloy").contains("apps"));
  check_silent(bench);
  CHECK(age_of_lines(bench, container_lines) < 1);
}

TEST_CASE("source-container-dead: the container was killed with its newest line, and nothing comes any more") {
  Bench bench;
  REQUIRE(bench.fault("source-container-dead?since=5m") == 200);
  bench.play(20);
  const auto container = inspected(bench);
  const auto& state = container.at("State");
  CHECK(state.at("Status").as_string() == "exited");
  CHECK_FALSE(state.at("Running").as_bool());
  CHECK(state.at("OOMKilled").as_bool());
  CHECK(state.at("ExitCode").to_number<int>() == 137);
  CHECK_THAT(bench.get("docker", log_path).body, Contains(state.at("FinishedAt").as_string().c_str()));
  CHECK(container.at("NetworkSettings").at("Networks").at("backend").at("IPAddress").as_string().empty());
  CHECK(age_of_lines(bench, container_lines) == Approx(341).margin(2.1));
  CHECK(age_of_lines(bench, otlp_logs) == Approx(341).margin(2.1));
  CHECK(age_of_metrics(bench) == Approx(341).margin(2.1));
  CHECK(age_of_traces(bench) == Approx(341).margin(2.1));
  const auto listed = json::serialize(bench.get("docker", "/containers/json?all=1").json());
  CHECK_THAT(listed, Contains(R"("State":"exited","Status":"Exited (137) 5 minutes ago")"));
  CHECK_THAT(bench.get("docker", "/containers/json").body, !Contains("scanium-backend"));
}

TEST_CASE("healthcheck-tool-missing: the container is unhealthy for want of wget, and the component is well") {
  const std::string component = GENERATE("loki", "tempo", "mimir", "alloy");
  CAPTURE(component);
  Bench bench;
  REQUIRE(bench.fault("healthcheck-tool-missing:" + component) == 200);
  const auto health = inspected(bench, "scanium-" + component).at("State").at("Health");
  CHECK(health.at("Status").as_string() == "unhealthy");
  CHECK(health.at("FailingStreak").to_number<int>() == 120);
  CHECK(health.at("Log").as_array().size() == 5);
  for (const auto& check : health.at("Log").as_array()) {
    CHECK(check.at("ExitCode").to_number<int>() == -1);
    CHECK_THAT(check.at("Output").as_string().c_str(), Contains("exec: \"wget\": executable file not found in $PATH"));
  }
  CHECK(bench.get(component, component == "alloy" ? "/-/ready" : "/ready").status == 200);
}

TEST_CASE("duplicate-network-alias: two running containers answer to Alloy's name where the application asks for it") {
  Bench bench;
  CHECK(bench.get("docker", "/containers/old-alloy-1/json").status == 404);
  REQUIRE(bench.fault("duplicate-network-alias") == 200);
  for (const auto* name : {"scanium-alloy", "old-alloy-1"}) {
    CHECK(inspected(bench, name).at("State").at("Running").as_bool());
    CHECK_THAT(aliases(bench, name), Contains("\"scanium-alloy\""));
  }
}

TEST_CASE("docker-log-driver-unreadable: the engine has no lines to read, and none reach Loki") {
  Bench bench;
  REQUIRE(bench.fault("docker-log-driver-unreadable") == 200);
  bench.play(5);
  CHECK(inspected(bench).at("HostConfig").at("LogConfig").at("Type").as_string() == "none");
  const auto refused = bench.get("docker", log_path);
  CHECK(refused.status == 501);
  CHECK(refused.body == "{\"message\":\"configured logging driver does not support reading\"}\n");
  CHECK(age_of_lines(bench, container_lines) == Approx(11).margin(1.1));
  CHECK(age_of_lines(bench, otlp_logs) < 1);
  const auto scraper = bench.get("alloy", "/api/v0/web/components/loki.source.docker.containers").json();
  CHECK_THAT(json::serialize(scraper.at("debugInfo")),
             Contains("configured logging driver does not support reading") && Contains(R"("value":false)"));
}

TEST_CASE("otlp-disabled-or-sampled-out: the sampler is off, traces stop and the rest flows") {
  Bench bench;
  REQUIRE(bench.fault("otlp-disabled-or-sampled-out") == 200);
  CHECK_THAT(environment(bench), Contains(R"("OTEL_TRACES_SAMPLER=always_off")"));
  bench.play(20);
  CHECK(age_of_traces(bench) == Approx(42).margin(2.1));
  CHECK(age_of_lines(bench, otlp_logs) < 1);
  CHECK(age_of_metrics(bench) < 1);
}

TEST_CASE("watcher-docker-socket-lost: the proxy refuses, and everything else goes on") {
  Bench bench;
  REQUIRE(bench.fault("watcher-docker-socket-lost") == 200);
  CHECK(bench.get("docker", "/_ping").refused);
  bench.play();
  CHECK(age_of_lines(bench, container_lines) < 1);
  bench.clear();
  CHECK(bench.get("docker", "/_ping").status == 200);
}

TEST_CASE("Faults of containers add up") {
  Bench bench;
  REQUIRE(bench.fault("otlp-localhost-in-container") == 200);
  REQUIRE(bench.fault("otlp-disabled-or-sampled-out") == 200);
  CHECK_THAT(environment(bench), Contains("http://localhost:4318") && Contains("always_off"));
}

}  // namespace
