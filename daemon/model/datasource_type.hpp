// How Grafana calls the type of a datasource, and which backend it reads.
#pragma once

#include <optional>
#include <string_view>

#include "daemon/model/words.hpp"

namespace lgtmwatch {

// Of Loki, Tempo or Mimir: Grafana reads Mimir and Cortex as a Prometheus.
std::string_view datasource_type(Component backend);
// Nothing for every other type.
std::optional<Component> backend_of_type(std::string_view type);

}  // namespace lgtmwatch
