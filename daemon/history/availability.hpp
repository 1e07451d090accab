// Availability: how long a stack, a signal or a path was in which state, over a day, a week, a month. Pure.
//
// A series is a row of spans, each with the time spent in each state; what lies in none of them is unknown. Where there
// are too many, the two neighbours that are shortest together become one: so a series has a bounded size, and only
// where a window begins within such a span is it shared out evenly.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "daemon/base/time.hpp"
#include "daemon/model/words.hpp"

namespace lgtmwatch {

// The first four are the states. Announced maintenance counts neither for nor against anybody.
enum class Standing { healthy, unknown, degraded, broken, maintenance };

inline constexpr std::array all_standings{Standing::healthy, Standing::unknown, Standing::degraded, Standing::broken,
                                          Standing::maintenance};
inline constexpr std::array<Duration, 3> availability_windows{std::chrono::hours(24), std::chrono::hours(24 * 7),
                                                              std::chrono::hours(24 * 30)};

std::string_view to_string(Standing standing);

using TimeSpent = std::array<Duration, all_standings.size()>;  // by Standing

struct Availability {
  // healthy and degraded over what is known; nothing where nothing is known.
  std::optional<double> share() const;
  // What is known over the window without maintenance; 0 where nothing but maintenance was.
  double known() const;

  TimeSpent spent{};  // together the window
};

// "99.20 %", or "not known": rounded so that only what is whole is shown as 100 or 0.
std::string share_text(const Availability& availability);
// "94 %", or "under 1 %"
std::string known_text(const Availability& availability);
// "99.20 % (94 % of the time known)"
std::string availability_text(const Availability& availability);

struct AvailabilitySpan {
  WallTime from{};
  WallTime to{};
  TimeSpent spent{};
};

class AvailabilitySeries {
 public:
  static constexpr std::size_t most_spans = 200;

  // It was so from then until then; what came before the end of the last span stays as it is.
  void add(WallTime from, WallTime to, Standing standing);
  // Drops what ended before.
  void forget(WallTime before);
  // What is in no span is unknown.
  Availability over(Duration window, WallTime now) const;

  const std::vector<AvailabilitySpan>& spans() const { return spans_; }  // the earliest first
  // As they were read from a file.
  void set_spans(std::vector<AvailabilitySpan> spans) { spans_ = std::move(spans); }

 private:
  void unite_the_shortest();

  std::vector<AvailabilitySpan> spans_;
};

}  // namespace lgtmwatch
