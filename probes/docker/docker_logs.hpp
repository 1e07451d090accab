// What the Docker engine tells of the log of one container. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/base/result.hpp"
#include "daemon/base/time.hpp"

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

// The same of a log with timestamps, which is told by its first bytes: a time begins with a digit, a frame does not.
Result<std::string> parse_dated_logs(std::string_view body);

// When the last line of a log with timestamps was written; nothing where it has none.
Result<std::optional<WallTime>> parse_newest_line(std::string_view body);

// Why the engine cannot read the log: 501, or 500, "configured logging driver does not support reading"; nothing where
// the answer is another.
std::optional<std::string> why_unreadable(int status, std::string_view body);

}  // namespace lgtmwatch
