// CanaryMachine: the life of one canary, from the write to its outcome. Pure: it is told what happened and how old the
// canary is, and answers what to do next; whoever drives it obeys.
//
//   begun ──► write ──► wait ──► read ──► wait ──► … ──► read that sees it ──► wait ──► confirming read ──► outcome
//
// Ages count from the write on a clock that does not jump. A machine can be made anew from what was kept of it, so that
// a canary outlives the process that wrote it.
#pragma once

#include <cstddef>
#include <optional>
#include <variant>

#include "daemon/model/canary.hpp"
#include "daemon/model/canary_state.hpp"

namespace lgtmwatch {

namespace canary_event {
struct Begun {};
struct Resumed {};       // its write was begun by an earlier process; what that one learned of it is in its state
struct Acknowledged {};  // the write was accepted
struct Refused {};       // the write was refused, or never left: it cannot arrive
struct Unanswered {};    // the write may have arrived, but nothing says so
struct Woken {};         // a wait is over
struct Seen {            // a read that worked found it
  std::size_t copies = 1;
  std::size_t corrupt_copies = 0;
};
struct NotSeen {};     // a read that worked did not find it
struct ReadFailed {};  // whether it is there could not be asked
}  // namespace canary_event

using CanaryEvent = std::variant<canary_event::Begun, canary_event::Resumed, canary_event::Acknowledged,
                                 canary_event::Refused, canary_event::Unanswered, canary_event::Woken,
                                 canary_event::Seen, canary_event::NotSeen, canary_event::ReadFailed>;

namespace canary_action {
struct Write {};
struct Wait {
  Duration until_age{};
};
struct Read {};
struct Settle {
  CanaryOutcome outcome = CanaryOutcome::unknown;
};
}  // namespace canary_action

using CanaryAction =
    std::variant<canary_action::Write, canary_action::Wait, canary_action::Read, canary_action::Settle>;

class CanaryMachine {
 public:
  explicit CanaryMachine(CanaryPatience patience, CanaryState state = {}) : patience_(patience), state_(state) {}

  // One event, one action. After Settle nothing may follow.
  CanaryAction next(const CanaryEvent& event, Duration age);

  const CanaryState& state() const { return state_; }
  bool is_overdue(Duration age) const { return !state_.seen_at_age && age > patience_.deadline; }
  // The time until it was visible; nothing where it was not seen, or where failed reads hide when it came.
  std::optional<Duration> visible_after() const;

 private:
  CanaryAction on(canary_event::Begun, Duration age) const;
  CanaryAction on(canary_event::Resumed, Duration age);
  CanaryAction on(canary_event::Acknowledged, Duration age);
  CanaryAction on(canary_event::Refused, Duration age) const;
  CanaryAction on(canary_event::Unanswered, Duration age) const;
  CanaryAction on(canary_event::Woken, Duration age) const;
  CanaryAction on(const canary_event::Seen& found, Duration age);
  CanaryAction on(canary_event::NotSeen, Duration age);
  CanaryAction on(canary_event::ReadFailed, Duration age);
  CanaryAction wait_for_first_read(Duration age) const;
  CanaryAction wait_for_next_read(Duration age) const;
  CanaryOutcome outcome_of_sight() const;

  CanaryPatience patience_;
  CanaryState state_;
};

}  // namespace lgtmwatch
