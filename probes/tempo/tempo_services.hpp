// tempo_services: which services have traces in Tempo at all?
//
// Asks GET /api/v2/search/tag/resource.service.name/values of the last hour. Tempo answers from the dictionaries
// of recent blocks, not from traces; the cost grows with the number of services.
#pragma once

#include <string>
#include <vector>

#include "probes/probe.hpp"

namespace lgtmwatch {

// {"tagValues":[{"type":"string","value":"x"}]}; a value may be absent (spans without service.name).
Result<std::vector<std::string>> parse_tempo_services(std::string_view body);

TempoServices judge_tempo_services(const std::vector<std::string>& services);

Probes make_tempo_services(const StackPlan& stack);

}  // namespace lgtmwatch
