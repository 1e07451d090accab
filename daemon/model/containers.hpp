// What the Docker engine tells of containers: the observation of probes/docker. Of the environment only what tells a
// SDK of OpenTelemetry what to do is kept, and no value that may be a secret.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/base/time.hpp"

namespace lgtmwatch {

struct ContainerNetwork {
  std::string name;
  std::string address;               // empty while it does not run
  std::vector<std::string> aliases;  // names under which it is found there, without its id
};

struct HealthCheckRun {
  int exit_code = 0;  // -1: it could not be started
  std::string output;
};

struct PublishedPort {
  int port = 0;      // of the container
  std::string host;  // the address that it is published on: "0.0.0.0", "127.0.0.1"
  int host_port = 0;
};

struct ContainerMount {
  std::string source;       // of the host; the name of a volume
  std::string destination;  // in the container
};

struct Container {
  std::string id;  // its first twelve digits
  std::string name;
  std::string image;
  std::string status;  // "running", "exited", "restarting", "paused", "created", "dead"
  int exit_code = 0;
  bool oom_killed = false;
  int restarts = 0;
  std::optional<WallTime> started;
  std::optional<WallTime> finished;
  std::string network_mode;  // "host", "container:ID", or a network
  std::vector<ContainerNetwork> networks;
  std::map<std::string, std::string> environment;  // OTEL_*; "***" where the value is not kept
  std::string log_driver;
  std::string health;                       // "healthy", "unhealthy", "starting"; empty where it has no check
  std::vector<HealthCheckRun> health_runs;  // the newest last
  Duration health_patience{};               // of its check: interval times retries; zero where it has none
  std::vector<PublishedPort> ports;
  std::string user;  // that it runs as; empty for that of the image
  std::vector<ContainerMount> mounts;
  bool has_terminal = false;  // its log is text, without frames
  // Lines of its log that tell why it ended, the newest last; of those that have ended or were restarted lately.
  std::vector<std::string> last_words{};
};

struct DockerContainers {
  std::vector<Container> containers;
  std::size_t left_out = 0;  // beyond the bound on how many are looked at
};

}  // namespace lgtmwatch
