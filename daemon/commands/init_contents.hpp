// What Loki, Tempo and Mimir hold of the last hour, asked for `lgtmwatch init`.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "daemon/init/read_sources.hpp"
#include "probes/asker.hpp"

namespace lgtmwatch {

// How the query API of a backend is asked: by Grafana's datasource, or the backend itself.
struct QueryDoor {
  explicit QueryDoor(Endpoint endpoint_) : endpoint(std::move(endpoint_)) {}

  Endpoint endpoint;
  std::string prefix;  // "/api/datasources/proxy/uid/loki"; "/prometheus" of a Mimir
};

struct Contents {
  std::vector<Seen> seen;
  Notes notes;  // what could not be asked, or is too much to be asked
};

// The asker is of the door's endpoint. Without what canaries have written, and what has no name of a service; what is
// by its name a part of the stack itself is not asked further.
boost::asio::awaitable<Contents> look_into_loki(Asker& asker, std::string prefix, std::set<std::string> stack_jobs);
boost::asio::awaitable<Contents> look_into_tempo(Asker& asker, std::string prefix, std::set<std::string> stack_jobs);
// Without the jobs of the stack itself, and that by which lgtmwatch is scraped.
boost::asio::awaitable<Contents> look_into_mimir(Asker& asker, std::string prefix, std::set<std::string> stack_jobs);

}  // namespace lgtmwatch
