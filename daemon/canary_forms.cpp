// Of the keeper: canaries of other forms than the plain one, which take the place of a plain one now and then.
#include <algorithm>

#include "daemon/canary_keeper.hpp"
#include "daemon/canary_life.hpp"

namespace lgtmwatch {
namespace {

constexpr int intervals_until_retry = 5;  // of a form whose last canary went wrong
constexpr int most_intervals_until_retry = 160;
// Of one stack. Two at once are more than a backend takes in a second (Loki 6 MB), and where a processor puts them into
// one batch with what applications send, that is refused with them.
constexpr Duration between_large = std::chrono::seconds(20);

bool has_just_begun_large(const CanaryRouteState& route, Tick now, WallTime wall) {
  const auto found = route.records.find(CanaryForm::large);
  if (found == route.records.end()) return false;
  const auto& record = found->second;
  for (const auto& each : route.plan->forms)
    if (each.form == CanaryForm::large && record.due - each.every > now - between_large) return true;
  return record.last && record.last->written > wall - between_large;
}

}  // namespace

// The first of each form come one after the other, so that a restart does not begin with all of them at once.
void CanaryKeeper::plan_forms(Route& route) const {
  const auto now = outside_.clock.now();
  auto first = now;
  for (const auto& each : route.plan->forms) {
    first += route.plan->interval;
    const auto [record, is_new] = route.records.try_emplace(each.form);
    record->second.due = is_new ? first : std::min(record->second.due, now + each.every);
  }
}

// Never two that are not plain one after the other.
CanaryForm CanaryKeeper::next_form(Route& route) const {
  const auto now = outside_.clock.now();
  const auto another_is_large = [&](const Route& asked) {
    return std::any_of(routes_.begin(), routes_.end(), [&](const std::shared_ptr<Route>& other) {
      return other->name.stack == asked.name.stack && has_just_begun_large(*other, now, outside_.clock.wall());
    });
  };
  for (const auto& each : route.plan->forms) {
    auto& record = route.records[each.form];
    if (!route.last_was_plain || now < record.due || !record.unseen.empty()) continue;
    if (each.form == CanaryForm::large && another_is_large(route)) continue;
    record.due = now + each.every;
    route.last_was_plain = false;
    return each.form;
  }
  route.last_was_plain = true;
  return CanaryForm::plain;
}

// So that the trouble of a form is confirmed, or over, long before its next is due; ever rarer while it goes on.
void CanaryKeeper::retry_soon(Life& life, CanaryOutcome outcome) const {
  if (life.form == CanaryForm::plain) return;
  auto& record = life.record();
  if (outcome == CanaryOutcome::visible) {
    record.retry_after = Duration::zero();
    return;
  }
  const auto interval = life.plan->interval;
  record.retry_after = std::clamp<Duration>(2 * record.retry_after, intervals_until_retry * interval,
                                            most_intervals_until_retry * interval);
  record.due = std::min(record.due, outside_.clock.now() + record.retry_after);
}

}  // namespace lgtmwatch
