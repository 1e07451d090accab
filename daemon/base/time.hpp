// Time: the two kinds of it, Go durations as people write them, and deadlines.
//
// Tick is monotonic, for intervals and deadlines. WallTime is what people and components read.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/base/result.hpp"

namespace lgtmwatch {

using Duration = std::chrono::nanoseconds;
using Tick = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::time_point<std::chrono::system_clock, Duration>;

// "15s", "1m30s", "250ms", "1.5h"; as Go's time.ParseDuration, without a sign.
Result<Duration> parse_duration(std::string_view text);

// The shortest form that parse_duration reads back: "1m30s", "250ms".
std::string format_duration(Duration duration);

// For sentences: rounded to what a person would say, "42s", "3m10s", "2h".
std::string format_age(Duration duration);

// "2026-11-22T12:55:39Z"
std::string format_rfc3339(WallTime time);

// The same with any offset from UTC, and fractions of a second: "2026-11-22T13:55:39.5+01:00".
Result<WallTime> parse_rfc3339(std::string_view text);

// As HTTP has it in headers: "Sun, 22 Nov 2026 12:55:39 GMT". Nothing where it is none.
std::optional<WallTime> parse_http_date(std::string_view text);

double to_seconds(Duration duration);
double unix_seconds(WallTime time);
WallTime wall_from_unix_seconds(double seconds);

// The moment at which an operation gives up. Made once at the edge of a run and passed down.
class Deadline {
 public:
  explicit Deadline(Tick at) : at_(at) {}
  Tick at() const { return at_; }
  bool passed(Tick now) const { return now >= at_; }

 private:
  Tick at_;
};

}  // namespace lgtmwatch
