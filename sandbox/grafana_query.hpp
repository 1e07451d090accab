// POST /api/ds/query of the sandbox's Grafana, without its state: what a query asks of its datasource, and the data
// frames that become of the answer, in the form of the recording grafana-datasources.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/net/http_server.hpp"

namespace lgtmwatch::sandbox {

struct QueryTime {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
};

// from and to of the request: "now", "now-90s", or Unix milliseconds in text.
std::optional<QueryTime> time_of(const boost::json::object& request, std::int64_t now_ms);

// Path and query below the URL of the datasource, for the types prometheus, loki and tempo.
std::string target_of(std::string_view type, const boost::json::object& query, const QueryTime& time);

// The result of one query: its frames or its error. Nothing where Grafana has no result, but fails as a whole.
std::optional<boost::json::object> result_of(std::string_view type, const boost::json::object& query,
                                             const ServerResponse& answer);

// The result of a query whose datasource reaches nothing at the URL.
std::optional<boost::json::object> unreachable_result(std::string_view type, const std::string& url);

// The text of a member, or "".
std::string text_of(const boost::json::object& object, std::string_view key);

}  // namespace lgtmwatch::sandbox
