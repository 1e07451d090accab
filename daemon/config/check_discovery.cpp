#include <fmt/format.h>

#include "daemon/config/check_settings.hpp"
#include "daemon/config/defaults.hpp"

namespace lgtmwatch {
namespace {

void check_refresh(const Setting<Duration>& interval, Diagnostics& diagnostics) {
  if (!interval || interval->value >= shortest_interval) return;
  diagnostics.error(interval->place, fmt::format("an interval of {} is too short", format_duration(interval->value)),
                    fmt::format("write at least {}", format_duration(shortest_interval)));
}

Setting<Url> server_of(const Setting<Page>& page) {
  return page ? Setting<Url>({page->value.server(), page->place}) : std::nullopt;
}

}  // namespace

void check_discovery(const DiscoverySettings& discovery, Diagnostics& diagnostics) {
  for (const auto& files : discovery.files) check_refresh(files.refresh_interval, diagnostics);
  for (const auto& http : discovery.http) {
    check_refresh(http.refresh_interval, diagnostics);
    check_client({server_of(http.page)}, http.client, http_refresh_interval_of(http), diagnostics);
  }
}

}  // namespace lgtmwatch
