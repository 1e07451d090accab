// Canaries: telemetry that lgtmwatch itself writes into a path, to read it back at the other end.
//
// A canary is settled once, by one outcome; a counter cannot be taken back. Until then it is in flight, and past its
// deadline, unless it was seen, overdue.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/base/time.hpp"
#include "daemon/model/canary_look.hpp"
#include "daemon/model/canary_plan.hpp"
#include "daemon/model/canary_tally.hpp"

namespace lgtmwatch {

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
  // Those after which not two others have come back: the rest is what is left of something that is over.
  std::size_t overdue_still(Duration deadline, WallTime now) const;

  CanaryForm form = CanaryForm::plain;
  std::vector<WallTime> unseen;  // when those in flight were written that were not seen yet
  std::optional<CanaryReport> last;
  std::vector<WallTime> came_back;    // when the two were written that did so and are the newest, the newest first
  std::vector<CanaryOutcome> recent;  // of the two that are settled and were written last, the newest first
  std::vector<Duration> latencies;    // until those that were written last and were seen were visible, the newest first
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
  std::vector<Duration> latencies;    // as in CanaryFormFacts
  std::optional<CanaryReport> last;   // the newest; absent before the first
  std::vector<std::pair<CanaryForm, CanaryReport>> other_forms;
  std::vector<CanaryLook> looks;
};

// The form is that of the plain ones, by which the route is judged.
struct CanaryRouteFacts : CanaryFormFacts {
  std::size_t overdue(WallTime now) const { return CanaryFormFacts::overdue(plan->patience.deadline, now); }
  std::size_t overdue_still(WallTime now) const { return CanaryFormFacts::overdue_still(plan->patience.deadline, now); }
  std::size_t overdue_of_all_forms(WallTime now) const;

  std::shared_ptr<const CanaryRoutePlan> plan;
  CanaryTally tally;  // of all forms
  std::vector<CanaryFormFacts> other_forms;
  std::vector<CanaryLook> looks;
  std::optional<ExposedCanary> exposed;
  bool checked = true;  // false where only a daemon could write, and none was asked; and in maintenance
  std::string note;     // why it is not checked, or why nothing is known of it
};

}  // namespace lgtmwatch
