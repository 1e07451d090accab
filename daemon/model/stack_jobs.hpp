// The jobs that belong to a stack itself, and not to an application.
#pragma once

#include <set>
#include <string>

namespace lgtmwatch {

// Those that hold where the configuration names none.
inline std::set<std::string> usual_stack_jobs() { return {"alloy", "loki", "mimir", "tempo", "grafana", "lgtmwatch"}; }

}  // namespace lgtmwatch
