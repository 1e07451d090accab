// grafana_dashboard: do the panels of a dashboard show data?
//
// One for each configured dashboard or folder. Asks GET /api/dashboards/uid/UID (of a folder first GET
// /api/search?type=dash-db, then at most 20 dashboards), the list of datasources that grafana_answers.hpp reads, and
// then what each of at most 100 panels asks, one after the other: POST /api/ds/query, with the variables as they were
// saved. As every panel is a query to a backend, it runs once a minute at most, and over no more than six hours.
//
// A panel is judged by what comes back:
//   results with values                       data
//   results without                           empty; some Grafanas answer a broken PromQL so, too
//   results with an error, {"message":…}      error; 429 and what gateways answer: unknown
//   401, 403 with Grafana's own JSON          lgtmwatch's own token: an error of the run, no fault of a panel
#pragma once

#include "probes/grafana/panel_questions.hpp"
#include "probes/probe.hpp"

namespace lgtmwatch {

// The worst of what came of a panel's requests that is not explained by another of them having data.
PanelJudgement both(PanelJudgement one, PanelJudgement other);

Probes make_grafana_dashboards(const StackPlan& stack);

}  // namespace lgtmwatch
