// A dashboard as Grafana keeps it, reduced to what its panels ask.
//
// Panels in collapsed rows are taken too. Texts, lists and other panels without a query are no panels here. Left out,
// and counted, are those that only a browser can ask, and those of a library whose model is not in the dashboard.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/time.hpp"
#include "daemon/model/grafana.hpp"
#include "probes/grafana/grafana_answers.hpp"

namespace lgtmwatch {

struct Panel {
  std::string id;                            // "backend-overview/3"
  std::string title;                         // "Backend overview / Request rate"
  std::vector<PanelDatasource> datasources;  // of the queries, each once; without expressions
  std::vector<boost::json::object> queries;  // variables replaced, each with its datasource as an object
  // The same with everything instead of the values that were saved of variables whose values Grafana looks up anew;
  // empty where there are none.
  std::vector<boost::json::object> wider;
  Duration range{};                 // the panel's own, or the dashboard's
  std::vector<std::string> hidden;  // refIds of queries that only an expression reads
  bool has_expression = false;      // computed by Grafana's server from the other queries
  bool guessed = false;             // a variable has no saved value, or a browser alone knows it
  bool seldom = false;              // may_be_rightly_empty()
};

struct Dashboard {
  std::vector<Panel> panels;
  std::size_t left_out = 0;
  Duration range{};  // the dashboard's own where it is relative, from five minutes to six hours
};

// GET /api/dashboards/uid/UID. datasources: for panels that name theirs, or take the default one.
Result<Dashboard> parse_dashboard(std::string_view body, const Datasources& datasources);

// GET /api/search?type=dash-db: the uids of the dashboards in a folder, by its title or uid; those in none are in
// "General".
Result<std::vector<std::string>> parse_dashboards_of_folder(std::string_view body, std::string_view folder);

}  // namespace lgtmwatch
