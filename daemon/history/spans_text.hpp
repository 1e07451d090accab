// The spans of an availability as the text that is kept of them in a file, and back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/result.hpp"
#include "daemon/history/availability.hpp"

namespace lgtmwatch {

// [[from, to, healthy, unknown, degraded, broken, maintenance], …] in milliseconds.
std::string spans_text(const std::vector<AvailabilitySpan>& spans);

// The error names what is none.
Result<std::vector<AvailabilitySpan>> read_spans_text(std::string_view text);

}  // namespace lgtmwatch
