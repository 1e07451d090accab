// Containers of the test stack, as the engine at /var/run/docker.sock tells of them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/diagnosis/scrapes.hpp"

namespace lgtmwatch {

inline const std::string engine = "unix:/var/run/docker.sock";

inline Container running(const std::string& name, std::vector<std::string> networks) {
  Container container;
  container.id = name + "-id";
  container.name = name;
  container.image = name;
  container.status = "running";
  container.log_driver = "json-file";
  for (auto& network : networks) container.networks.push_back({std::move(network), "172.18.0.2", {name}});
  container.network_mode = container.networks.empty() ? "host" : container.networks.front().name;
  return container;
}

}  // namespace lgtmwatch
