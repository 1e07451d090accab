// Which container is meant by the endpoint of a component.
#include "daemon/model/find_container.hpp"

#include <catch2/catch.hpp>

#include "tests/diagnosis/docker_stack.hpp"

namespace lgtmwatch {
namespace {

const Container* alloy_at(const std::string& url, const std::vector<Container>& containers) {
  return container_of(containers, Endpoint(*Url::parse(url)), "alloy");
}

}  // namespace

TEST_CASE("A server on the loopback is the container that publishes its port") {
  auto published = running("gateway", {"observability"});
  published.ports = {{12345, "127.0.0.1", 22345}};
  const std::vector<Container> containers{running("alloy", {"observability"}), published};
  CHECK(alloy_at("http://127.0.0.1:22345", containers) == &containers[1]);
}

TEST_CASE("A container to which nothing leads from the loopback is not taken for a server that is there") {
  std::vector<Container> containers{running("somebodys-alloy", {"elsewhere"})};
  CHECK_FALSE(alloy_at("http://127.0.0.1:12345", containers));
  SECTION("one on the network of the host") {
    containers.front().network_mode = "host";
    CHECK(alloy_at("http://127.0.0.1:12345", containers) == &containers.front());
  }
  SECTION("one that publishes a port, which something may forward") {
    containers.front().ports = {{12345, "0.0.0.0", 12345}};
    CHECK(alloy_at("http://127.0.0.1:9999", containers) == &containers.front());
  }
  SECTION("one in whose network lgtmwatch may be") {
    containers.push_back(running("lgtmwatch", {}));
    containers.back().network_mode = "container:somebodys-alloy-id";
    CHECK(alloy_at("http://127.0.0.1:12345", containers) == &containers.front());
  }
}

}  // namespace lgtmwatch
