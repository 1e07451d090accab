// Canaries: telemetry that lgtmwatch itself writes into a path, to read it back at the other end.
//
// A canary is settled once, by one outcome; a counter cannot be taken back. Until then it is in flight, and past its
// deadline, unless it was seen, overdue.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/base/time.hpp"
#include "daemon/model/canary_plan.hpp"
#include "daemon/model/histogram.hpp"

namespace lgtmwatch {
enum class CanaryOutcome {
  visible,         // seen by its deadline, whole and once
  late,            // whole and once, but a read that worked had not found it at its deadline
  duplicate,       // more than one copy
  corrupt,         // a copy that is not what was written
  lost,            // acknowledged, and a read that worked did not find it at lost_after
  rejected,        // the write was refused
  unacknowledged,  // the write got no answer, and a read that worked did not find it at lost_after
  unknown,         // could not be asked for until the end of the horizon
};

inline constexpr std::array all_canary_outcomes{
    CanaryOutcome::visible, CanaryOutcome::late,     CanaryOutcome::duplicate,      CanaryOutcome::corrupt,
    CanaryOutcome::lost,    CanaryOutcome::rejected, CanaryOutcome::unacknowledged, CanaryOutcome::unknown,
};

// The ways to look: a query of Loki or Mimir, a trace by its id, a search for it, the same through Grafana.
enum class CanaryRead { query, id, search, grafana };
std::string_view to_string(CanaryOutcome outcome);
std::string_view to_string(CanaryRead read);
std::string_view to_string(CanaryForm form);
inline constexpr std::array canary_bounds{0.005, 0.01, 0.025, 0.05, 0.1,  0.25, 0.5,  1.0,   2.5,   5.0,
                                          10.0,  15.0, 20.0,  30.0, 35.0, 45.0, 60.0, 120.0, 300.0, 600.0};
using CanaryHistogram = Histogram<canary_bounds>;

// What became of the canaries of one route: written = outcomes + in flight.
struct CanaryTally {
  std::uint64_t settled() const;
  std::uint64_t in_flight() const { return written - settled(); }
  std::uint64_t& operator[](CanaryOutcome outcome) { return outcomes[static_cast<std::size_t>(outcome)]; }
  std::uint64_t operator[](CanaryOutcome outcome) const { return outcomes[static_cast<std::size_t>(outcome)]; }

  std::uint64_t written = 0;
  std::uint64_t bytes = 0;
  std::uint64_t adopted = 0;  // of earlier runs, of which nothing was known; not among those written
  std::array<std::uint64_t, all_canary_outcomes.size()> outcomes{};
  CanaryHistogram write_seconds;  // from the write to its acknowledgement
  std::map<CanaryRead, CanaryHistogram> visible_seconds;
};

// The newest canary of a route that was seen or settled, or that is overdue; before there is one, the newest.
struct CanaryReport {
  WallTime written{};
  std::optional<CanaryOutcome> outcome;  // absent while it is in flight
  bool seen = false;
  bool acknowledged = false;
  bool no_door = false;         // nothing takes writes there
  bool log_unreadable = false;  // the container's log driver keeps nothing that could be tailed
  std::optional<Duration> write_took;
  std::optional<Duration> visible_after;
  std::string trouble;                // of the last write or read that failed; empty where none did
  std::vector<std::string> evidence;  // the last write and the last read
};

// What a route that is scraped shows on /metrics: its newest canary.
struct ExposedCanary {
  std::uint64_t sequence = 0;
  double value = 0;
  bool operator==(const ExposedCanary&) const = default;
};

// What became of the canaries of one form on a route.
struct CanaryFormFacts {
  std::size_t overdue(Duration deadline, WallTime now) const;

  CanaryForm form = CanaryForm::plain;
  std::vector<WallTime> unseen;  // when those in flight were written that were not seen yet
  std::optional<CanaryReport> last;
  std::vector<CanaryOutcome> recent;  // of the two that were settled last, the newest first
};

// What is shown of a route.
struct CanaryStatus {
  std::string route;
  bool checked = true;  // as in CanaryRouteFacts
  std::string note;     // as in CanaryRouteFacts
  Signal signal = Signal::metrics;
  State state = State::unknown;  // of the last ones together
  std::uint64_t in_flight = 0;
  std::size_t overdue = 0;
  std::vector<CanaryOutcome> recent;  // as in CanaryFormFacts
  std::optional<CanaryReport> last;   // the newest; absent before the first
  std::vector<std::pair<CanaryForm, CanaryReport>> other_forms;
};

// The form is that of the plain ones, by which the route is judged.
struct CanaryRouteFacts : CanaryFormFacts {
  std::size_t overdue(WallTime now) const { return CanaryFormFacts::overdue(plan->patience.deadline, now); }
  std::size_t overdue_of_all_forms(WallTime now) const;

  std::shared_ptr<const CanaryRoutePlan> plan;
  CanaryTally tally;  // of all forms
  std::vector<CanaryFormFacts> other_forms;
  std::optional<ExposedCanary> exposed;
  bool checked = true;  // false where only a daemon could write, and none was asked
  std::string note;     // why it is not checked, or why nothing is known of it
};

}  // namespace lgtmwatch
