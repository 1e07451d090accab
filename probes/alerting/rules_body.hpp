// The list of rules that the rulers of Prometheus, Mimir and Cortex give at PREFIX/api/v1/rules:
//
//   {"status":"success","data":{"groups":[{"name":…,"interval":60,"lastEvaluation":…,"rules":[{"type":"alerting",
//    "name":…,"query":…,"state":"inactive","health":"ok","alerts":[{"activeAt":…}],…}]}]}}
//
// as a Prometheus 2.42 of Debian and Mimir answer; a rule that was not evaluated yet has the health "unknown".
#pragma once

#include <string_view>

#include "daemon/model/alerting.hpp"
#include "daemon/model/alerting_plan.hpp"
#include "probes/asker.hpp"

namespace lgtmwatch {

// Parts of groups and rules that are absent are empty; an answer without groups is an error.
Result<RulerRules> parse_rules(std::string_view body, const AlertingPlan& alerting);

// Asks for them. 404 is a ruler that is not there, and no error.
boost::asio::awaitable<Result<RulerRules>> ask_rules(Asker& asker, std::string api_prefix, std::string address,
                                                     const AlertingPlan& alerting);

}  // namespace lgtmwatch
