// What people can see in Grafana, as far as its probes found it out: the observations of probes/grafana.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/time.hpp"
#include "daemon/model/words.hpp"

namespace lgtmwatch {

// What came of a real query through a datasource of Grafana. From `missing` on it is a fault.
enum class QueryAnswer {
  data,
  nothing,       // and the backend itself has nothing for the same question either
  unclear,       // nothing, and the backend could not be asked itself; or there was no time left to ask
  missing,       // Grafana knows no datasource of this uid
  unreachable,   // Grafana reaches nothing at its URL
  stranger,      // what answers at its URL is not this backend, or has it under another path
  unauthorized,  // the backend rejects what the datasource sends: no tenant, or no credentials
  hidden,        // nothing, while the backend itself has data for the same question
  failed,        // the backend answers with an error
  silent,        // no answer in time
};

struct DatasourceAnswer {
  std::string uid;
  QueryAnswer answer = QueryAnswer::unclear;
  std::string what;             // in words, where it is not data
  std::size_t asked_first = 0;  // its exchanges in the run: from this one
  std::size_t asked_end = 0;    // to before this one
};

// The datasources of one backend: the one of the configured uid, or all of its type.
struct DatasourceAnswers {
  std::vector<DatasourceAnswer> asked;
  std::vector<std::string> others;  // uids of the same type, where the configured one is missing
};

// unknown: it could not be asked, or what was asked is a guess.
enum class PanelState { data, empty, error, unknown };

std::string_view to_string(PanelState state);

struct PanelDatasource {
  std::string uid;
  std::string type;     // as Grafana calls it: "prometheus"
  bool listed = false;  // Grafana lists it
};

struct PanelAnswer {
  std::string id;     // of the dashboard and the panel: "backend-overview/3"; the same in every run
  std::string title;  // with that of its dashboard: "Backend overview / Request rate"
  std::vector<PanelDatasource> datasources;  // of its queries, each once
  PanelState state = PanelState::unknown;
  std::string what;                 // in words, where it has no data
  std::optional<WallTime> newest;   // of its data, where that has a time
  bool seldom = false;              // asks for what need not be there: errors, or what exceeds a bound
  bool unknown_datasource = false;  // the error: Grafana does not know its datasource
  std::size_t asked_first = 0;      // its exchanges in the run, as of a datasource; none where it has data
  std::size_t asked_end = 0;
};

// The panels of a configured dashboard, or of all dashboards of a configured folder.
struct DashboardPanels {
  std::vector<PanelAnswer> panels;
  std::size_t left_out = 0;   // that lgtmwatch cannot ask: a library's, or of a datasource that only browsers ask
  std::size_t not_asked = 0;  // for want of time, or beyond the limit
  bool missing = false;       // there is no such dashboard, or none in such a folder
};

struct PanelStatus {
  std::string title;  // "Backend overview / Request rate"
  PanelState state = PanelState::unknown;
  std::string what;  // in words, where it has no data
};

// What is said of a configured dashboard or folder.
struct DashboardStatus {
  std::string dashboard;  // as configured: a uid, or "folder:Shop"
  State state = State::unknown;
  std::vector<PanelStatus> panels;
  std::size_t left_out = 0;
  std::size_t not_asked = 0;
};

}  // namespace lgtmwatch
