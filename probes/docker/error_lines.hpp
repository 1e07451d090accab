// The warnings and errors among the lines of a component's log. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "daemon/base/result.hpp"
#include "daemon/model/container_logs.hpp"

namespace lgtmwatch {

// The newest 50 of at most 16 KiB together, the newest last. Each line begins with its time, as the engine writes it.
//
// A line is one of them by its level (logfmt and JSON: warn, error, crit, fatal, panic), and one without a level by its
// words: what Go programs write when they do not start has none.
std::vector<LogLine> error_lines(std::string_view log);

}  // namespace lgtmwatch
