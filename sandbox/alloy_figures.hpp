// The figures of the sandbox's Alloy that follow from its pipeline, for /metrics.
#pragma once

#include <string_view>

#include "sandbox/answers.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/pipeline.hpp"

namespace lgtmwatch::sandbox {

Figures alloy_figures(const Pipeline& pipeline, const Faults& faults, std::string_view metrics, double started,
                      double now);

}  // namespace lgtmwatch::sandbox
