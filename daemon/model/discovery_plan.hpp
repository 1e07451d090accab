// Where stacks are looked for besides those that the configuration lists. Made by finalize, used by the daemon's
// Discovery and by the commands.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "daemon/base/endpoint.hpp"
#include "daemon/base/time.hpp"

namespace lgtmwatch {

struct FileDiscoveryPlan {
  std::string pattern;  // of paths; only the last part may hold *
  Duration refresh_interval{};
};

struct HttpDiscoveryPlan {
  explicit HttpDiscoveryPlan(Endpoint endpoint_) : endpoint(std::move(endpoint_)) {}

  Endpoint endpoint;
  Duration refresh_interval{};
  Duration timeout{};
};

struct DiscoveryPlan {
  bool empty() const { return files.empty() && http.empty(); }

  std::vector<FileDiscoveryPlan> files;
  std::vector<HttpDiscoveryPlan> http;
};

}  // namespace lgtmwatch
