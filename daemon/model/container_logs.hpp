// What containers have written to their standard output and error, as the Docker engine keeps it: the observations of
// probes/docker/docker_lines and probes/docker/docker_errors.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/base/time.hpp"

namespace lgtmwatch {

struct ContainerLine {
  std::string container;           // the name that it was asked by
  std::optional<WallTime> newest;  // when its newest line was written; absent: it has none, or cannot be read
  std::string refusal;  // why the engine cannot read its log: "configured logging driver does not support…"
};

// Of the containers whose lines a scraper should read; one that is not there is left out.
struct ContainerLines {
  std::vector<ContainerLine> lines;
};

struct LogLine {
  WallTime at{};
  std::string text;  // cut short; what may be a secret is masked
};

// The newest warnings and errors of a container of the stack itself, the newest last.
struct ContainerLog {
  std::string container;
  std::vector<LogLine> lines;
};

struct ContainerLogs {
  std::vector<ContainerLog> logs;
};

}  // namespace lgtmwatch
