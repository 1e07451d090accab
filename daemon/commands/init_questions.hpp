// What `lgtmwatch init` asks Grafana, Alloy, Docker and the backends, one after the other.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <vector>

#include "daemon/commands/init_doors.hpp"
#include "daemon/init/found.hpp"

namespace lgtmwatch {

struct InitOrder {
  std::string stack;
  std::string tenant;
  std::optional<Endpoint> grafana;
  std::string token_file;  // as the configuration names it
  std::vector<Endpoint> alloys;
  std::optional<Endpoint> docker;
  std::string docker_socket;  // as the configuration names it
  TlsSettings tls;
};

boost::asio::awaitable<FoundStack> find_out(const InitOrder& order, Clients clients, const Clock& clock,
                                            Deadline deadline);

}  // namespace lgtmwatch
