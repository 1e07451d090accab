// Where the query API of Prometheus begins on the servers that speak it.
#pragma once

#include <string_view>

#include "daemon/model/words.hpp"

namespace lgtmwatch {

// Before /api/v1/query: "/prometheus" of Mimir and Cortex, "" of Prometheus.
constexpr std::string_view api_prefix_of(MimirKind kind) {
  return kind == MimirKind::prometheus ? std::string_view() : std::string_view("/prometheus");
}

}  // namespace lgtmwatch
