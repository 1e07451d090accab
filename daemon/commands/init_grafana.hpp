// What `lgtmwatch init` asks Grafana: its datasources, which of them work, its dashboards.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "daemon/commands/init_doors.hpp"
#include "daemon/init/found.hpp"

namespace lgtmwatch {

struct GrafanaTold {
  FoundGrafana grafana;
  std::vector<FoundBackend> backends;
};

// The endpoint must live until the call returns. token_file: as the configuration names it.
boost::asio::awaitable<GrafanaTold> init_ask_grafana(const InitWay& way, const Endpoint& endpoint,
                                                     std::string token_file);

}  // namespace lgtmwatch
