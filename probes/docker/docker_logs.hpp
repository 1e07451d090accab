// What the Docker engine tells of the log of one container. Pure.
#pragma once

#include <string>
#include <string_view>

#include "daemon/base/result.hpp"

namespace lgtmwatch {

struct DockerContainer {
  std::string log_driver;  // "json-file"
  bool has_terminal = false;
};

// Of /containers/NAME/json.
Result<DockerContainer> parse_docker_container(std::string_view body);

// Of /containers/NAME/logs without timestamps: what the container has written. Frames of 8 bytes and their payload, or
// no frames where it has a terminal. What is no frame, or is cut off, is an error.
Result<std::string> parse_docker_logs(std::string_view body, bool has_terminal);

}  // namespace lgtmwatch
