// How old the newest telemetry of the played application is, asked as the watcher asks. -1 where there is none.
#pragma once

#include <string>

#include "bench.hpp"

namespace lgtmwatch::test {

inline constexpr const char* otlp_logs = R"({service_name="scanium-backend",container="",filename=""})";
inline constexpr const char* container_lines = R"({container="scanium-backend"})";

double age_of_lines(Bench& bench, const std::string& selector);
double age_of_metrics(Bench& bench);
double age_of_traces(Bench& bench);

}  // namespace lgtmwatch::test
