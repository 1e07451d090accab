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
#include "probes/grafana/grafana_answers.hpp"

namespace lgtmwatch {

struct Panel {
  std::string id;                            // "backend-overview/3"
  std::string title;                         // "Backend overview / Request rate"
  std::string datasource;                    // uid, of the first query
  std::string type;                          // of the datasource; empty where it is not known
  std::vector<boost::json::object> queries;  // variables replaced, each with its datasource as an object
  bool guessed = false;                      // a variable has no saved value
};

struct Dashboard {
  std::vector<Panel> panels;
  std::size_t left_out = 0;
  Duration range{};  // the dashboard's own where it is relative, from five minutes to six hours
};

// GET /api/dashboards/uid/UID. datasources: for panels that name theirs, or take the default one.
Result<Dashboard> parse_dashboard(std::string_view body, const Datasources& datasources);

// GET /api/search?type=dash-db: the uids of the dashboards in a folder, by its title or uid.
Result<std::vector<std::string>> parse_dashboards_of_folder(std::string_view body, std::string_view folder);

}  // namespace lgtmwatch
