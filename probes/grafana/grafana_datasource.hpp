// grafana_datasource: does a real query through Grafana's datasource of a backend come back?
//
// Asks GET /api/datasources/proxy/uid/UID/… with the questions of datasource_questions.hpp, until one brings data: one
// request for a datasource that works. The uid is the configured one; else all datasources of the backend's type are
// asked (at most 16), from /api/datasources or, where the token may not read it, /api/frontend/settings. A Viewer's
// token may use the proxy. Where nothing comes back the backend itself is asked the same, so that an empty backend is
// told from a datasource that hides its data.
//
// Judged by what comes back, never by comparing addresses:
//   404 "Unable to find datasource"                     Grafana knows no such uid
//   502, mostly with an empty body                      Grafana reaches nothing at its URL: wrong host or port
//   404 in other words, or no answer of this backend    wrong path, or something else answers
//   400 "Authentication to data source failed"          the backend said 401, mostly "no org id"; Grafana hides its
//   words 401, 403 with Grafana's own JSON                    lgtmwatch's own token: an error of the run, no fault of
//   it
#pragma once

#include "probes/grafana/grafana_answers.hpp"
#include "probes/probe.hpp"

namespace lgtmwatch {

// An answer through the proxy, without what rejection_by_grafana() tells; `nothing` where the answer is in order, but
// empty.
DatasourceAnswer judge_proxied(const HttpResponse& response, Component backend);

// The uids of the type, at most as many as are asked.
std::vector<std::string> uids_of_type(const Datasources& datasources, std::string_view type);

Probes make_grafana_datasources(const StackPlan& stack);

}  // namespace lgtmwatch
