// The real queries that are asked through a datasource, and whether an answer to one brought data.
//
// They touch ingesters and the tenant: a constant query, as the one behind Grafana's "Save & test", proves neither.
// The first source that the stack expects is asked for, then anything: a quiet source is no fault of a datasource.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/time.hpp"
#include "daemon/model/plan.hpp"

namespace lgtmwatch {

// Path and query below the datasource's URL ("/loki/api/v1/query_range?…"), in the order in which they are asked.
// expected: a source whose data this backend must hold, where there is one.
std::vector<std::string> datasource_questions(Component backend, const std::optional<Expectation>& expected,
                                              WallTime now);

// Before a question, where Grafana asks the datasource: "/api/datasources/proxy/uid/UID".
std::string datasource_proxy(std::string_view uid);

Result<bool> brought_data(Component backend, std::string_view body);

}  // namespace lgtmwatch
