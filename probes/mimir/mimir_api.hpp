// The query API that Mimir, Cortex and Prometheus share, under the prefix of their kind.
//
// Every instant query carries time=: without it Mimir and Cortex evaluate at the whole second before now and miss
// the newest sample.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/base/time.hpp"
#include "daemon/model/plan.hpp"
#include "probes/asker.hpp"

namespace lgtmwatch {

// api_prefix: as in MimirPlan.
std::string instant_query(std::string_view api_prefix, std::string_view promql, WallTime at);
std::string instant_query(const MimirPlan& mimir, std::string_view promql, WallTime at);

// One series of a vector: its labels' "job", and its value.
struct JobValue {
  std::string job;
  double value = 0;
};

// The result of an instant query that gives a vector.
Result<std::vector<JobValue>> parse_vector(std::string_view body);

// Of all series of an instant query that gives a matrix (a range selector): the newest sample, and the newest that is
// not 0. Nothing where there is none.
struct NewestSamples {
  std::optional<WallTime> any;
  std::optional<WallTime> not_zero;
};
Result<NewestSamples> parse_newest_samples(std::string_view body);

// {"status":"success","data":["a","b"]}
Result<std::vector<std::string>> parse_string_list(std::string_view body);

// As an error's sentence where the envelope says "error": {"status":"error","errorType":…,"error":…}.
Result<boost::json::value> parse_envelope(std::string_view body);

// A PromQL string literal, quoted and escaped.
std::string promql_string(std::string_view text);

}  // namespace lgtmwatch
