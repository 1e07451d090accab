// Where stacks are looked for besides those that the configuration lists. Made by finalize, used by the daemon's
// Discovery and by the commands.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "daemon/base/endpoint.hpp"
#include "daemon/base/page.hpp"
#include "daemon/base/time.hpp"

namespace lgtmwatch {

struct FileDiscoveryPlan {
  std::string pattern;  // of paths; only the last part may hold *
  Duration refresh_interval{};
};

struct HttpDiscoveryPlan {
  HttpDiscoveryPlan(Page page_, Endpoint server_) : page(std::move(page_)), server(std::move(server_)) {}

  Page page;
  Endpoint server;
  Duration refresh_interval{};
  Duration timeout{};
};

struct DiscoveryPlan {
  bool empty() const { return files.empty() && http.empty(); }

  std::vector<FileDiscoveryPlan> files;
  std::vector<HttpDiscoveryPlan> http;
};

}  // namespace lgtmwatch
