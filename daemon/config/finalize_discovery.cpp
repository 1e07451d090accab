#include <algorithm>

#include "daemon/config/defaults.hpp"
#include "daemon/config/finalize.hpp"

namespace lgtmwatch {

DiscoveryPlan finalize_discovery(const Settings& settings) {
  DiscoveryPlan plan;
  if (!settings.discovery) return plan;
  for (const auto& files : settings.discovery->files)
    for (const auto& pattern : files.patterns) plan.files.push_back({pattern.value, file_refresh_interval_of(files)});
  for (const auto& given : settings.discovery->http) {
    const auto& page = given.page->value;
    HttpDiscoveryPlan http(page, make_endpoint(page.server(), given.client, std::nullopt));
    http.refresh_interval = http_refresh_interval_of(given);
    http.timeout = std::min(timeout_of(settings, given.client), http.refresh_interval);
    plan.http.push_back(std::move(http));
  }
  return plan;
}

}  // namespace lgtmwatch
