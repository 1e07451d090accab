// AvailabilityBook: the availability of every stack, of its signals and of their paths. Pure: snapshots and their time
// in. Only a change of a state costs anything.
//
// While lgtmwatch does not run nothing is known, and nor is it where no look came for a minute, as when the machine
// slept. What is not watched any more is unknown from then on, and forgotten after a month.
#pragma once

#include <compare>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/history/availability.hpp"
#include "daemon/status/store.hpp"

namespace lgtmwatch {

// Of the stack where there is no signal, of the signal where there is no path.
struct AvailabilityKey {
  std::string stack;
  std::optional<Signal> signal{};
  std::string path{};
  auto operator<=>(const AvailabilityKey&) const = default;
};

// What is over, and what has lasted since then.
struct WatchedSeries {
  AvailabilitySeries past;
  Standing standing = Standing::unknown;
  WallTime since{};
};

using WatchedSeriesMap = std::map<AvailabilityKey, WatchedSeries>;

class AvailabilityBook {
 public:
  // What an earlier process kept, and until when it watched. Before the first look().
  void restore(WatchedSeriesMap kept, std::optional<WallTime> watched_until);
  void look(const Snapshot& snapshot);

  // All of the stack in the order of their keys: the stack itself comes first.
  WatchedSeriesMap of_stack(const std::string& stack) const;
  const WatchedSeries* find(const AvailabilityKey& key) const;
  // Until the last look.
  Availability over(const WatchedSeries& series, Duration window) const;

  // The keys of those that are not as they were at the last call; one that is not found is forgotten. That a state
  // lasts is no change: it lasts until the last look.
  std::set<AvailabilityKey> take_changed();

 private:
  void break_off(WallTime now);
  void look_at(const StackSnapshot& stack, WallTime now);
  void set(const AvailabilityKey& key, Standing standing, WallTime now);
  void leave_all_but(const std::string& stack, const std::map<AvailabilityKey, Standing>& watched, WallTime now);
  void leave_stacks_that_are_gone(const std::vector<std::shared_ptr<const StackSnapshot>>& before, WallTime now);
  void forget(WallTime now);

  WatchedSeriesMap series_;
  std::vector<std::shared_ptr<const StackSnapshot>> looked_at_;  // as in the last snapshot
  std::set<AvailabilityKey> changed_;
  std::optional<WallTime> watched_until_;
  bool is_restored_ = false;
  WallTime next_forgetting_{};
};

}  // namespace lgtmwatch
