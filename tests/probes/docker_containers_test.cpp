#include "probes/docker/docker_containers.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "probes/docker/docker_inspect.hpp"
#include "tests/support/source_dir.hpp"

namespace {

using namespace lgtmwatch;

std::string recorded_container() {
  std::ifstream file(source_dir() + "/tests/recordings/docker-engine/unhealthy.json");
  REQUIRE(file.is_open());
  std::ostringstream body;
  body << file.rdbuf();
  return body.str();
}

TEST_CASE("What an engine told of a container is read: state, health, networks, ports, log driver") {
  const auto container = parse_container(recorded_container());
  REQUIRE(container.has_value());
  CHECK(container->id == "186c198aab10");
  CHECK(container->name == "lgtmw-app");
  CHECK(container->image == "lgtmw-sleep");
  CHECK(container->status == "running");
  REQUIRE(container->started);
  CHECK(format_rfc3339(*container->started) == "2026-11-26T02:54:09Z");
  CHECK_FALSE(container->finished);
  CHECK(container->network_mode == "lgtmw-net");
  CHECK(container->log_driver == "json-file");
  CHECK(container->health == "unhealthy");
  REQUIRE(container->health_runs.size() == 2);
  CHECK(container->health_runs.back().exit_code == -1);
  CHECK(container->health_runs.back().output.find("no such file or directory") != std::string::npos);
  REQUIRE(container->networks.size() == 1);
  CHECK(container->networks.front().name == "lgtmw-net");
  CHECK(container->networks.front().address == "172.22.0.2");
  CHECK(container->networks.front().aliases == std::vector<std::string>{"app"});
  REQUIRE(container->ports.size() == 1);
  CHECK(container->ports.front().port == 4318);
  CHECK(container->ports.front().host == "127.0.0.1");
  CHECK(container->ports.front().host_port == 24444);
}

TEST_CASE("The ports of a container that has ended are those that it was to publish") {
  const auto container = parse_container(R"({
    "Id": "186c198aab10", "Name": "/alloy", "State": {"Status": "exited"},
    "HostConfig": {"PortBindings": {"12345/tcp": [{"HostIp": "127.0.0.1", "HostPort": "12345"}]}},
    "NetworkSettings": {"Ports": {}}})");
  REQUIRE(container.has_value());
  REQUIRE(container->ports.size() == 1);
  CHECK(container->ports.front().host_port == 12345);
}

TEST_CASE("Of the environment only what steers OpenTelemetry is kept, and no secret") {
  const auto container = parse_container(recorded_container());
  REQUIRE(container.has_value());
  CHECK(container->environment == std::map<std::string, std::string>{
                                      {"OTEL_EXPORTER_OTLP_ENDPOINT", "http://***@alloy:4318"},
                                      {"OTEL_EXPORTER_OTLP_HEADERS", "***"},
                                  });
}

TEST_CASE("What is no container is an error") {
  for (const auto* body : {"", "[]", "{}", R"({"message":"No such container: x"})"}) {
    CAPTURE(body);
    CHECK(parse_container(body).has_error());
    if (std::string(body) != "[]") CHECK(parse_container_ids(body).has_error());
  }
  CHECK(parse_container_ids("[]").value().empty());
}

TEST_CASE("Those that run are looked at first") {
  const auto ids = parse_container_ids(R"([{"Id":"b","State":"exited"},{"Id":"a","State":"running"}])");
  REQUIRE(ids.has_value());
  CHECK(*ids == std::vector<std::string>{"a", "b"});
}

TEST_CASE("Who runs in a container and what is mounted there is read") {
  const auto container = parse_container(
      R"({"Id":"a1","State":{"Status":"restarting"},"Config":{"User":"10001","Tty":true},"RestartCount":7,)"
      R"("Mounts":[{"Type":"bind","Source":"/srv/loki","Destination":"/loki"},)"
      R"({"Type":"volume","Name":"loki-data","Source":"/var/lib/docker/volumes/x","Destination":"/wal"}]})");
  REQUIRE(container.has_value());
  CHECK(container->user == "10001");
  CHECK(container->has_terminal);
  REQUIRE(container->mounts.size() == 2);
  CHECK(container->mounts[0].source == "/srv/loki");
  CHECK(container->mounts[1].source == "loki-data");
  CHECK(container->mounts[1].destination == "/wal");
}

TEST_CASE("The log of a container that has ended, restarts or was restarted lately is worth reading, and no other") {
  const auto now = wall_from_unix_seconds(1795352139);
  const auto with = [&](const std::string& status, int restarts, Duration up) {
    Container container;
    container.status = status;
    container.restarts = restarts;
    container.started = now - up;
    return has_last_words(container, now);
  };
  CHECK(with("exited", 0, {}));
  CHECK(with("restarting", 3, {}));
  CHECK(with("running", 3, std::chrono::minutes(1)));
  CHECK_FALSE(with("running", 0, std::chrono::minutes(1)));
  CHECK_FALSE(with("running", 3, std::chrono::hours(1)));
  CHECK_FALSE(with("paused", 0, {}));
}

TEST_CASE("Of a log only lines that tell why it ended are kept, the last three") {
  CHECK(last_words_in("level=info password=x\nmkdir /loki/rules: permission denied\nlevel=info bye\n") ==
        std::vector<std::string>{"mkdir /loki/rules: permission denied"});
  CHECK(last_words_in(
            "1 no space left on device\n2 no space left on device\n3 CONFIG ERROR\n4 corruption in segment x") ==
        std::vector<std::string>{"2 no space left on device", "3 CONFIG ERROR", "4 corruption in segment x"});
  CHECK(last_words_in("").empty());
}

}  // namespace
