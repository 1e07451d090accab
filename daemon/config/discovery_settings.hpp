// What was written under `stacks_from`, as in settings.hpp.
#pragma once

#include <string>
#include <vector>

#include "daemon/base/page.hpp"
#include "daemon/config/component_settings.hpp"

namespace lgtmwatch {

struct FileDiscoverySettings {
  std::vector<Given<std::string>> patterns;
  Setting<Duration> refresh_interval;
};

struct HttpDiscoverySettings {
  Setting<Page> page;
  ClientSettings client;
  Setting<Duration> refresh_interval;
};

struct DiscoverySettings {
  std::vector<FileDiscoverySettings> files;
  std::vector<HttpDiscoverySettings> http;
};

}  // namespace lgtmwatch
