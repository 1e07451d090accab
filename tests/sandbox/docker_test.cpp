// The sandbox's Docker engine behind its proxy: the bodies of a real engine 20.10, the frames of its logs, and what it
// shows without a fault.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
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
namespace json = boost::json;

constexpr const char* application = "/containers/scanium-backend";

json::value inspected(Bench& bench, const std::string& name) {
  const auto reply = bench.get("docker", "/containers/" + name + "/json");
  REQUIRE(reply.status == 200);
  return reply.json();
}

json::value recorded(const std::string& name) {
  std::ifstream file(source_dir() + "/tests/recordings/docker-engine/" + name, std::ios::binary);
  REQUIRE(file);
  return json::parse(std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
}

std::set<std::string> keys(const json::value& object) {
  std::set<std::string> names;
  for (const auto& [key, value] : object.as_object()) names.emplace(key.data(), key.size());
  return names;
}

void check_same_keys(const json::value& ours, const json::value& recorded) { CHECK(keys(ours) == keys(recorded)); }

// The payloads of frames that all are of standard output.
std::string unframed(std::string_view frames) {
  std::string text;
  while (!frames.empty()) {
    REQUIRE(frames.substr(0, 6) == std::string_view("\1\0\0\0\0\0", 6));
    const auto byte = [&](std::size_t place) { return static_cast<unsigned char>(frames.at(place)); };
    const auto length = static_cast<std::size_t>(byte(6) * 256 + byte(7));
    REQUIRE(frames.size() >= 8 + length);
    text += frames.substr(8, length);
    frames.remove_prefix(8 + length);
  }
  return text;
}

std::string container_log(Bench& bench, const std::string& query) {
  const auto reply = bench.get("docker", std::string(application) + "/logs?" + query);
  REQUIRE(reply.status == 200);
  return unframed(reply.body);
}

TEST_CASE("Docker tells its version and answers a ping, under any version of its API that it knows") {
  Bench bench;
  for (const auto* prefix : {"", "/v1.41", "/v1.24"}) {
    CHECK(bench.get("docker", std::string(prefix) + "/version").json().at("ApiVersion").as_string() == "1.41");
    CHECK(bench.get("docker", std::string(prefix) + "/_ping").body == "OK");
  }
  CHECK_THAT(bench.get("docker", "/_ping").bytes, Contains("\r\nApi-Version: 1.41\r\n"));
  const auto newer = bench.get("docker", "/v1.44/version");
  CHECK(newer.status == 400);
  CHECK(newer.body == "{\"message\":\"client version 1.44 is too new. Maximum supported API version is 1.41\"}\n");
}

TEST_CASE("Docker lists the containers of the stack and the application, all running") {
  Bench bench;
  const auto list = bench.get("docker", "/containers/json?all=1").json();
  std::set<std::string> names;
  for (const auto& one : list.as_array()) {
    names.insert(one.at("Names").at(0).as_string().c_str());
    CHECK(one.at("State").as_string() == "running");
  }
  CHECK(names == std::set<std::string>{"/scanium-alloy", "/scanium-backend", "/scanium-grafana", "/scanium-loki",
                                       "/scanium-mimir", "/scanium-tempo"});
}

TEST_CASE("A container has the fields that a real engine gives it") {
  Bench bench;
  const auto ours = inspected(bench, "scanium-loki");
  const auto real = recorded("container.json");
  check_same_keys(ours, real);
  for (const auto* part : {"State", "HostConfig", "Config", "NetworkSettings"}) {
    CAPTURE(part);
    check_same_keys(ours.at(part), real.at(part));
  }
  const auto& check = ours.at("State").at("Health").at("Log").at(4);
  check_same_keys(check, real.at("State").at("Health").at("Log").at(0));
  check_same_keys(ours.at("NetworkSettings").at("Networks").at("observability"),
                  real.at("NetworkSettings").at("Networks").at("bridge"));
  CHECK(json::serialize(ours.at("NetworkSettings").at("Ports")) ==
        R"({"3100/tcp":[{"HostIp":"127.0.0.1","HostPort":"3100"}]})");
}

TEST_CASE("A row of the list has the fields that a real engine gives it") {
  Bench bench;
  const auto ours = bench.get("docker", "/containers/json?all=1").json().at(0);
  const auto real = recorded("containers.json").at(0);
  check_same_keys(ours, real);
  check_same_keys(ours.at("Ports").at(0), real.at("Ports").at(0));
  CHECK(ours.at("Status").as_string() == "Up About an hour (healthy)");
  CHECK(ours.at("NetworkSettings").at("Networks").at("observability").at("Aliases").is_null());
}

TEST_CASE("Where an image has a health check the container is healthy, and the others have no health") {
  Bench bench;
  for (const auto* name : {"scanium-loki", "scanium-grafana", "scanium-backend"})
    CHECK(inspected(bench, name).at("State").at("Health").at("Status").as_string() == "healthy");
  for (const auto* name : {"scanium-tempo", "scanium-mimir", "scanium-alloy"})
    CHECK_FALSE(inspected(bench, name).at("State").as_object().contains("Health"));
}

TEST_CASE("The application shares the network backend with Alloy alone, and is told to send there") {
  Bench bench;
  const auto backend = inspected(bench, "scanium-backend");
  CHECK(keys(backend.at("NetworkSettings").at("Networks")) == std::set<std::string>{"backend"});
  CHECK(keys(inspected(bench, "scanium-alloy").at("NetworkSettings").at("Networks")) ==
        std::set<std::string>{"backend", "observability"});
  CHECK(keys(inspected(bench, "scanium-loki").at("NetworkSettings").at("Networks")) ==
        std::set<std::string>{"observability"});
  CHECK_THAT(json::serialize(backend.at("Config").at("Env")),
             Contains(R"("OTEL_EXPORTER_OTLP_ENDPOINT=http://scanium-alloy:4319")") && Contains("SECRET_KEY="));
}

TEST_CASE("A container is found by its name, its id and the beginning of its id, and no other") {
  Bench bench;
  const std::string id = inspected(bench, "scanium-backend").at("Id").as_string().c_str();
  CHECK(id.size() == 64);
  for (const auto& wanted : {id, id.substr(0, 12)})
    CHECK(inspected(bench, wanted).at("Name").as_string() == "/scanium-backend");
  for (const auto* path : {"/containers/x/json", "/containers/x/logs?stdout=1"}) {
    const auto missing = bench.get("docker", path);
    CHECK(missing.status == 404);
    CHECK(missing.body == "{\"message\":\"No such container: x\"}\n");
  }
}

TEST_CASE("The id of the application's container is the one that Alloy tails") {
  Bench bench;
  const std::string id = inspected(bench, "scanium-backend").at("Id").as_string().c_str();
  CHECK_THAT(bench.get("alloy", "/api/v0/web/components/loki.source.docker.containers").body, Contains(id));
}

TEST_CASE("The newest line of the application's container is the one that reached Loki") {
  Bench bench;
  bench.play(2);
  const auto line = container_log(bench, "stdout=1&stderr=1&tail=1");
  CHECK_THAT(line, Contains(R"("msg":"request completed","n":601)"));
  const auto end = std::to_string(bench.now_ns() + 1);
  const auto in_loki =
      bench.get("loki", "/loki/api/v1/query_range?limit=1&end=" + end + "&query=" + escaped(container_lines)).json();
  const auto& newest = in_loki.at("data").at("result").at(0).at("values").at(0).at(1).as_string();
  CHECK(line == std::string(newest.c_str()) + "\n");
}

TEST_CASE("Logs come in frames, with the time of each line and since a time where that is asked for") {
  Bench bench({}, 1'795'352'139.5);
  bench.play();
  CHECK_THAT(container_log(bench, "stdout=1&tail=2&timestamps=1"),
             Contains("Z {\"level\":30") && Contains("\n2026-11-22T12:55:41.500000000Z {\"level\":30"));
  CHECK(container_log(bench, "stdout=1&since=1795352141.5") == container_log(bench, "stdout=1&tail=1"));
  CHECK(container_log(bench, "stdout=1&since=1795352142").empty());
  CHECK(container_log(bench, "stderr=1").empty());
}

TEST_CASE("What the proxy does not let through is 403, and what the engine does not understand is its own refusal") {
  Bench bench;
  for (const auto* path : {"/networks", "/info", "/events", "/containers/scanium-loki/top", "/"}) {
    CAPTURE(path);
    CHECK(bench.get("docker", path).status == 403);
  }
  CHECK(bench.post("docker", std::string(application) + "/json", "", "").status == 403);
  CHECK(bench.post("docker", "/containers/create", "application/json", "{}").status == 403);
  const auto no_stream = bench.get("docker", std::string(application) + "/logs");
  CHECK(no_stream.status == 400);
  CHECK(no_stream.body == "{\"message\":\"Bad parameters: you must choose at least one stream\"}\n");
  CHECK(bench.get("docker", std::string(application) + "/logs?stdout=1&since=x").status == 500);
}

}  // namespace
