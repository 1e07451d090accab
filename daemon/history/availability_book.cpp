#include "daemon/history/availability_book.hpp"

#include <utility>

#include "daemon/status/same_stacks.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration longest_gap = std::chrono::minutes(1);
constexpr Duration kept_for = std::chrono::hours(24 * 31);
constexpr Duration forget_every = std::chrono::hours(1);

using Standings = std::map<AvailabilityKey, Standing>;

State state_of(const PathVerdict& path) {
  auto state = State::healthy;
  for (const auto& stage : path.stages) state = worst(state, stage.state);
  return state;
}

// What the verdict says, or maintenance of all the signals that it concerns.
Standings standings_of(const StackSnapshot& stack, WallTime now) {
  const auto& verdict = stack.verdict;
  std::set<Signal> maintained;
  for (const auto& window : active_at(stack.facts.plan->maintenance, now))
    maintained.insert(window.signals.begin(), window.signals.end());
  const auto standing = [&](bool is_maintained, State state) {
    return is_maintained ? Standing::maintenance : static_cast<Standing>(state);
  };
  Standings standings;
  standings[{verdict.name}] = standing(maintained.size() == all_signals.size(), verdict.state);
  for (const auto& [signal, state] : verdict.signals)
    standings[{verdict.name, signal}] = standing(maintained.contains(signal), state);
  for (const auto& path : verdict.paths)
    standings[{verdict.name, path.signal, path.path}] = standing(maintained.contains(path.signal), state_of(path));
  return standings;
}

}  // namespace

void AvailabilityBook::restore(WatchedSeriesMap kept, std::optional<WallTime> watched_until) {
  series_ = std::move(kept);
  watched_until_ = watched_until;
  is_restored_ = true;
}

std::set<AvailabilityKey> AvailabilityBook::take_changed() { return std::exchange(changed_, {}); }

void AvailabilityBook::look(const Snapshot& snapshot) {
  if (snapshot.stacks.empty()) return;
  const auto now = snapshot.at;
  const bool was_away = is_restored_ || (watched_until_ && now - *watched_until_ > longest_gap);
  if (was_away) break_off(now);
  is_restored_ = false;
  const auto before = std::exchange(looked_at_, snapshot.stacks);
  for (std::size_t i = 0; i < looked_at_.size(); ++i) {
    const auto& stack = looked_at_[i];
    const bool is_same = i < before.size() && before[i] == stack;
    if (!is_same || !stack->facts.plan->maintenance.empty()) look_at(*stack, now);
  }
  leave_stacks_that_are_gone(before, now);
  watched_until_ = now;
  forget(now);
}

// Every state lasted until the last look, and what it was since is unknown.
void AvailabilityBook::break_off(WallTime now) {
  for (auto& [key, series] : series_) {
    if (series.standing == Standing::unknown) continue;
    if (watched_until_) series.past.add(series.since, *watched_until_, series.standing);
    series.since = now;
    if (is_restored_) series.standing = Standing::unknown;  // until it is looked at again
    changed_.insert(key);
  }
}

void AvailabilityBook::look_at(const StackSnapshot& stack, WallTime now) {
  const auto standings = standings_of(stack, now);
  for (const auto& [key, standing] : standings) set(key, standing, now);
  leave_all_but(stack.verdict.name, standings, now);
}

void AvailabilityBook::set(const AvailabilityKey& key, Standing standing, WallTime now) {
  const auto [found, is_new] = series_.try_emplace(key);
  auto& series = found->second;
  if (!is_new && series.standing == standing) return;
  if (!is_new) series.past.add(series.since, now, series.standing);
  series.standing = standing;
  series.since = now;
  changed_.insert(key);
}

void AvailabilityBook::leave_all_but(const std::string& stack, const Standings& watched, WallTime now) {
  for (auto each = series_.lower_bound({stack}); each != series_.end() && each->first.stack == stack; ++each)
    if (!watched.contains(each->first)) set(each->first, Standing::unknown, now);
}

void AvailabilityBook::leave_stacks_that_are_gone(const std::vector<std::shared_ptr<const StackSnapshot>>& before,
                                                  WallTime now) {
  if (have_same_names(before, looked_at_)) return;
  std::set<std::string> watched;
  for (const auto& stack : looked_at_) watched.insert(stack->verdict.name);
  for (const auto& stack : before)
    if (!watched.contains(stack->verdict.name)) leave_all_but(stack->verdict.name, {}, now);
}

void AvailabilityBook::forget(WallTime now) {
  if (now < next_forgetting_) return;
  next_forgetting_ = now + forget_every;
  for (auto each = series_.begin(); each != series_.end();) {
    auto& series = each->second;
    series.past.forget(now - kept_for);
    const bool is_over =
        series.standing == Standing::unknown && series.past.spans().empty() && now - series.since > kept_for;
    if (is_over) changed_.insert(each->first);
    each = is_over ? series_.erase(each) : std::next(each);
  }
}

WatchedSeriesMap AvailabilityBook::of_stack(const std::string& stack) const {
  WatchedSeriesMap found;
  for (auto each = series_.lower_bound({stack}); each != series_.end() && each->first.stack == stack; ++each)
    found.insert(*each);
  return found;
}

const WatchedSeries* AvailabilityBook::find(const AvailabilityKey& key) const {
  const auto found = series_.find(key);
  return found == series_.end() ? nullptr : &found->second;
}

Availability AvailabilityBook::over(const WatchedSeries& series, Duration window) const {
  const auto now = watched_until_.value_or(series.since);
  auto past = series.past;
  past.add(series.since, now, series.standing);
  return past.over(window, now);
}

}  // namespace lgtmwatch
