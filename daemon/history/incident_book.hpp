// IncidentBook: the incidents that the findings make. Pure: snapshots and their time in, incidents out.
//
// A finding opens an incident, and closes it when it is gone. One that is back within `rejoin` goes on as the same
// incident. Findings of the same cause and subject in a stack are the same, whatever signals they concern. Nothing is
// concluded from a stack before each of its probes has run, so that an incident which was open when an earlier process
// ended is closed by the first complete verdict after the start, or goes on.
#pragma once

#include <compare>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "daemon/history/incident.hpp"
#include "daemon/status/store.hpp"

namespace lgtmwatch {

struct IncidentLimits {
  Duration rejoin = std::chrono::minutes(5);
  Duration rejoin_after_restart = std::chrono::minutes(15);  // what rests on counters or canaries takes its time
  Duration kept_for = std::chrono::hours(24 * 90);           // after it was closed
  std::size_t most_closed = 5000;                            // the oldest go first
};

class IncidentBook {
 public:
  explicit IncidentBook(IncidentLimits limits = {}) : limits_(limits) {}

  // What an earlier process kept, and until when it watched. Before the first look().
  void restore(std::vector<Incident> kept, std::optional<WallTime> watched_until);
  void look(const Snapshot& snapshot);

  const std::map<std::uint64_t, Incident>& incidents() const { return incidents_; }  // the earliest first
  const Incident* find(std::uint64_t id) const;

  // Something was opened, closed or forgotten, or got worse, since the last take_changed(); new evidence alone is no
  // news.
  bool has_news() const { return has_news_; }
  // The ids of all that is not as it was at the last call; one that is not in incidents() is forgotten.
  std::set<std::uint64_t> take_changed();

 private:
  struct Key {
    std::string stack;
    std::string cause;
    std::string subject;
    auto operator<=>(const Key&) const = default;
  };

  void look_at(const StackSnapshot& stack, WallTime now);
  void see(const std::string& stack, const Finding& finding, WallTime now);
  void open(const Key& key, const Finding& finding);
  void go_on(Incident& incident, const Finding& finding, WallTime now);
  bool is_back_in_time(const Incident& incident, WallTime now) const;
  void close(Incident& incident, WallTime now, const std::string& why);
  void close_of_stacks_that_are_gone(const Snapshot& snapshot);
  void forget(WallTime now);
  void note_open(const Incident& incident);
  void note_news(const Incident& incident);

  IncidentLimits limits_;
  std::map<std::uint64_t, Incident> incidents_;
  std::map<Key, std::uint64_t> latest_;                  // that is open, or may be back
  std::map<std::string, std::set<std::uint64_t>> open_;  // by stack
  std::size_t open_count_ = 0;
  std::set<std::uint64_t> carried_over_;  // from an earlier process, and not seen by this one
  std::set<std::uint64_t> closed_at_start_;
  std::optional<WallTime> watched_until_;
  std::vector<std::shared_ptr<const StackSnapshot>>
      looked_at_;  // as in the last snapshot; null where nothing was concluded
  std::size_t stack_count_ = 0;
  std::set<std::uint64_t> changed_;
  bool has_news_ = false;
  std::uint64_t next_id_ = 1;
  WallTime next_forgetting_{};
};

}  // namespace lgtmwatch
