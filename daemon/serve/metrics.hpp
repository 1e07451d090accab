// /metrics: the families of the contract, from one snapshot, in the Prometheus text format.
//
// Verdict families exist for every configured target. Measurements are absent while they are unknown: a target
// that cannot be reached never keeps its last figure. Time stamps keep their last value. NaN is never written.
#pragma once

#include <string>

#include "daemon/serve/self_metrics.hpp"
#include "daemon/status/store.hpp"

namespace lgtmwatch {

inline constexpr const char* metrics_content_type = "text/plain; version=0.0.4; charset=utf-8";

std::string metrics_text(const Snapshot& snapshot, const SelfMetrics& self,
                         const std::optional<ProcessMetrics>& process);

}  // namespace lgtmwatch
