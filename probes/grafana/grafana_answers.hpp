// Grafana's own answers, told apart from those of a backend that it hands through, and its lists of datasources.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/asker.hpp"

namespace lgtmwatch {

struct Datasource {
  std::string uid;
  std::string name;
  std::string type;
  bool backend = true;  // false: Grafana's server cannot ask it, only a browser
  bool is_default = false;
};

using Datasources = std::vector<Datasource>;

// GET /api/datasources: needs the right datasources:read. It does not say which types have a backend part.
Result<Datasources> parse_datasources(std::string_view body);
// GET /api/frontend/settings: every Viewer may read it.
Result<Datasources> parse_frontend_settings(std::string_view body);

// The first of the two that Grafana lets us read.
boost::asio::awaitable<Result<Datasources>> list_datasources(Asker& asker, const std::string& address);

// The words of Grafana's own JSON, {"message":…}; nothing where the answer is not Grafana's own.
std::optional<std::string> grafana_message(std::string_view body);

// Grafana itself rejects lgtmwatch's token, or the token lacks a right: 401 or 403 with Grafana's own JSON.
std::optional<Error> rejection_by_grafana(const HttpResponse& response, const std::string& address);

// 404 "Unable to find datasource", "Data source not found": what Grafana says of a uid that it does not know.
bool says_unknown_datasource(const HttpResponse& response);

}  // namespace lgtmwatch
