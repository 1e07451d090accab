// How often something comes, read from the times of what is in a backend; and the max_age that follows. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "daemon/base/result.hpp"
#include "daemon/base/time.hpp"
#include "daemon/model/words.hpp"

namespace lgtmwatch {

struct Rhythm {
  std::size_t records = 0;
  Duration longest_gap{};  // between two of them, and from the newest until now
  Duration age{};          // of the newest
};

Rhythm rhythm_of(std::vector<WallTime> times, WallTime now);

// Several times the longest gap, rounded up to what people write; at least 1m for metrics, which come regularly, and 5m
// for logs and traces, which do not. Nothing from fewer than three records.
std::optional<Duration> max_age_from(Signal signal, const Rhythm& rhythm);

// Of all series of a range selector; of Loki's streams; the starts of Tempo's traces.
Result<std::vector<WallTime>> parse_sample_times(std::string_view body);
Result<std::vector<WallTime>> parse_line_times(std::string_view body);
Result<std::vector<WallTime>> parse_trace_times(std::string_view body);

// What tells by which way the lines of a stream of Loki came.
struct LogStream {
  std::string service;
  std::string container;
  std::string file;
  auto operator<=>(const LogStream&) const = default;
};

// Of /loki/api/v1/series: each combination once.
Result<std::vector<LogStream>> parse_log_streams(std::string_view body);

}  // namespace lgtmwatch
