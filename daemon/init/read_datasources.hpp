// Grafana's list of datasources, with the addresses of what they read. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/result.hpp"
#include "daemon/base/url.hpp"
#include "daemon/init/found.hpp"

namespace lgtmwatch {

struct ListedDatasource {
  std::string uid;
  std::string name;
  std::string type;    // "prometheus"
  std::string url;     // as Grafana's server reaches it; empty where Grafana does not show it
  std::string flavor;  // of a Prometheus: "Mimir", where Grafana was told
  bool is_default = false;
  bool has_login = false;     // a user, or credentials in its address, which are left out of the url
  std::string user;           // of basic auth
  bool sends_tenant = false;  // a header X-Scope-OrgID, whose value Grafana shows nobody
};

// GET /api/datasources, or /api/frontend/settings, which shows no addresses.
Result<std::vector<ListedDatasource>> parse_listed_datasources(std::string_view body);

// Those that read the backend, the default one first.
std::vector<ListedDatasource> datasources_of(const std::vector<ListedDatasource>& all, Component backend);

// Where the backend itself is, and what kind of Mimir it is: the datasource of a Mimir or Cortex ends in the prefix
// /prometheus, which the configuration leaves out.
FoundBackend backend_behind(const ListedDatasource& datasource, Component backend);

// The same address with another host in the place of a loopback address, which is Grafana's own: nothing where it is
// none, or the other is one too.
std::optional<std::string> seen_from_outside(const std::string& url, const std::string& host);

}  // namespace lgtmwatch
