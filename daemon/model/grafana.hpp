// What people can see in Grafana, as far as its probes found it out: the observations of probes/grafana.
#pragma once

#include <string>
#include <vector>

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

}  // namespace lgtmwatch
