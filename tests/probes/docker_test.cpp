#include <catch2/catch.hpp>

#include "probes/docker/docker_logs.hpp"
#include "probes/docker/docker_reader.hpp"
#include "tests/probes/docker_frame.hpp"

namespace {

using namespace lgtmwatch;

TEST_CASE("A container is described by its log driver and whether it has a terminal") {
  const auto body = R"({"Id":"a1","HostConfig":{"LogConfig":{"Type":"none","Config":{}}},"Config":{"Tty":true}})";
  const auto container = parse_docker_container(body);
  REQUIRE(container.has_value());
  CHECK(container->log_driver == "none");
  CHECK(container->has_terminal);
  CHECK_FALSE(parse_docker_container(R"({"HostConfig":{"LogConfig":{"Type":"local"}},"Config":{}})")->has_terminal);
  for (const auto* other : {"", "{}", "[]", R"({"message":"No such container: x"})"}) {
    CAPTURE(other);
    CHECK(parse_docker_container(other).has_error());
  }
}

TEST_CASE("A log is the payload of its frames, and of a terminal the bytes as they are") {
  CHECK(parse_docker_logs("", false).value().empty());
  CHECK(*parse_docker_logs(frame(1, "one\n") + frame(2, std::string(300, 'x')) + frame(1, ""), false) ==
        "one\n" + std::string(300, 'x'));
  CHECK(*parse_docker_logs("one\r\n", true) == "one\r\n");
}

TEST_CASE("What is no frame, or one that is cut off, is an error and never an empty log") {
  const auto whole = frame(1, "canary=1\n");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK(parse_docker_logs(whole.substr(0, size), false).has_error());
  }
  CHECK(parse_docker_logs(frame(3, "x"), false).has_error());
  CHECK(parse_docker_logs("a plain text of some length", false).has_error());
  CHECK(parse_docker_logs(std::string("\1\0\0\0\xff\xff\xff\xff", 8), false).has_error());
}

}  // namespace
