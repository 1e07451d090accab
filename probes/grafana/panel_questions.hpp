// How a panel's queries are asked through Grafana, and what comes of them.
//
// All queries of a panel go into one POST /api/ds/query, as a browser sends them. Searches of Tempo are different:
// Grafana's server does not know them everywhere, so they go through the proxy, one request each.
#pragma once

#include <optional>
#include <vector>

#include "daemon/model/grafana.hpp"
#include "daemon/net/http.hpp"
#include "probes/grafana/dashboard.hpp"

namespace lgtmwatch {

// None where lgtmwatch cannot ask what the panel asks: of Tempo's queries it knows the kinds traceql and traceqlSearch.
std::vector<HttpRequest> panel_questions(const Panel& panel, Duration range, WallTime now);

struct PanelJudgement {
  PanelState state = PanelState::unknown;
  std::string what;
  bool unknown_datasource = false;
  bool only_for_browsers = false;  // Grafana says that its server cannot ask this datasource
};

// One answer of /api/ds/query or, of Tempo, through the proxy; without what rejection_by_grafana() tells.
PanelJudgement judge_panel(const HttpResponse& response, const Panel& panel);

}  // namespace lgtmwatch
