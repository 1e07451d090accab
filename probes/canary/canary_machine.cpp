#include "probes/canary/canary_machine.hpp"

#include <algorithm>

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;
using canary_action::Read;
using canary_action::Settle;
using canary_action::Wait;
using canary_action::Write;

constexpr Duration shortest_wait = 20ms;
constexpr Duration longest_wait_before_the_deadline = 5s;
constexpr Duration longest_wait = 30s;

}  // namespace

CanaryAction CanaryMachine::next(const CanaryEvent& event, Duration age) {
  return std::visit([&](const auto& happened) { return on(happened, age); }, event);
}

CanaryAction CanaryMachine::on(canary_event::Begun, Duration) const { return Write{}; }

// Nobody read meanwhile. Past the horizon nothing follows from a canary that is not there: it may have been, and gone.
CanaryAction CanaryMachine::on(canary_event::Resumed, Duration age) {
  if (age >= patience_.horizon) return Settle{state_.seen_at_age ? outcome_of_sight() : CanaryOutcome::unknown};
  if (state_.seen_at_age) return Wait{std::max(*state_.seen_at_age + patience_.confirm_after, age)};
  if (age > patience_.first_read) state_.read_failed = true;
  return wait_for_first_read(age);
}

CanaryAction CanaryMachine::on(canary_event::Acknowledged, Duration age) {
  state_.acknowledged = true;
  return wait_for_first_read(age);
}

CanaryAction CanaryMachine::on(canary_event::Refused, Duration) const { return Settle{CanaryOutcome::rejected}; }

CanaryAction CanaryMachine::on(canary_event::Unanswered, Duration age) const { return wait_for_first_read(age); }

CanaryAction CanaryMachine::on(canary_event::Woken, Duration) const { return Read{}; }

CanaryAction CanaryMachine::on(const canary_event::Seen& found, Duration age) {
  const bool confirming = state_.seen_at_age.has_value();
  if (!confirming) {
    state_.seen_at_age = age;
    return Wait{age + patience_.confirm_after};
  }
  if (found.corrupt_copies > 0) return Settle{CanaryOutcome::corrupt};
  return Settle{found.copies > 1 ? CanaryOutcome::duplicate : outcome_of_sight()};
}

CanaryAction CanaryMachine::on(canary_event::NotSeen, Duration age) {
  if (state_.seen_at_age) return Settle{outcome_of_sight()};
  if (age >= patience_.deadline) state_.missed_deadline = true;
  if (age >= patience_.lost_after)
    return Settle{state_.acknowledged ? CanaryOutcome::lost : CanaryOutcome::unacknowledged};
  return wait_for_next_read(age);
}

CanaryAction CanaryMachine::on(canary_event::ReadFailed, Duration age) {
  if (age >= patience_.horizon) return Settle{state_.seen_at_age ? outcome_of_sight() : CanaryOutcome::unknown};
  if (!state_.seen_at_age) state_.read_failed = true;
  return wait_for_next_read(age);
}

CanaryAction CanaryMachine::wait_for_first_read(Duration age) const {
  return Wait{std::max(patience_.first_read, age)};
}

// Ever rarer, but one read falls on the deadline and one on lost_after, so that these are judged when they pass.
CanaryAction CanaryMachine::wait_for_next_read(Duration age) const {
  const auto longest = age < patience_.deadline ? longest_wait_before_the_deadline : longest_wait;
  auto next = age + std::clamp<Duration>(age / 2, shortest_wait, longest);
  for (const auto milestone : {patience_.deadline, patience_.lost_after, patience_.horizon})
    if (age < milestone) next = std::min(next, milestone);
  return Wait{next};
}

CanaryOutcome CanaryMachine::outcome_of_sight() const {
  return state_.missed_deadline ? CanaryOutcome::late : CanaryOutcome::visible;
}

std::optional<Duration> CanaryMachine::visible_after() const {
  return state_.read_failed ? std::nullopt : state_.seen_at_age;
}

}  // namespace lgtmwatch
