// How a panel's queries are asked through Grafana, and what comes of them.
//
// All queries of a panel go into one POST /api/ds/query, as a browser sends them. Searches of Tempo are different:
// Grafana's server does not know them everywhere, so they go through the proxy, one request each, but where an
// expression needs them.
#pragma once

#include <optional>
#include <vector>

#include "daemon/model/grafana.hpp"
#include "daemon/net/http.hpp"
#include "probes/grafana/dashboard.hpp"

namespace lgtmwatch {

struct PanelQuestion {
  HttpRequest request;
  bool is_search = false;  // of Tempo, through the proxy
};

using Queries = std::vector<boost::json::object>;

// None where lgtmwatch cannot ask what the panel asks: of Tempo's queries it knows the kinds traceql and traceqlSearch.
// queries: those of the panel, or its wider ones.
std::vector<PanelQuestion> panel_questions(const Panel& panel, const Queries& queries, WallTime now);

struct PanelJudgement {
  PanelState state = PanelState::unknown;
  std::string what;
  std::optional<WallTime> newest;  // of the data, where it has a time
  bool unknown_datasource = false;
  bool only_for_browsers = false;  // Grafana says that its server cannot ask this datasource
};

// One answer of /api/ds/query or, of a search, through the proxy; without what rejection_by_grafana() tells.
PanelJudgement judge_panel(const HttpResponse& response, const Panel& panel, bool is_search);

}  // namespace lgtmwatch
