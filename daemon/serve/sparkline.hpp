// A line of latencies as a small picture, SVG within HTML. Pure.
#pragma once

#include <string>
#include <vector>

#include "daemon/base/time.hpp"

namespace lgtmwatch {

// The newest is at the right, and the height of the greatest is that of the picture; what it shows is told in words
// too. Empty where there is none.
std::string sparkline(const std::vector<Duration>& newest_first);

}  // namespace lgtmwatch
