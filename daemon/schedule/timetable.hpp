// Timetable: when each probe runs. Pure.
//
// A probe's slots are start + offset + n * interval, with an offset from a hash of its id: the load is spread, the
// same after a restart, and does not drift. The first run comes early, so that nobody waits a long interval for it.
// Missed slots are skipped, not caught up.
#pragma once

#include <cstddef>
#include <optional>
#include <queue>
#include <string_view>
#include <vector>

#include "daemon/base/time.hpp"

namespace lgtmwatch {

struct Slot {
  Tick at;
  std::size_t probe = 0;
};

class Timetable {
 public:
  explicit Timetable(Tick start) : start_(start) {}

  // Probes are numbered in the order in which they are added.
  void add(std::string_view id, Duration interval);
  // The earliest slot; nothing where there are no probes.
  std::optional<Slot> earliest() const;
  // Takes the earliest slot and plans the next one of its probe: the first on its grid after now.
  Slot take(Tick now);

 private:
  struct Entry {
    Duration offset;
    Duration interval;
  };
  struct Later {
    bool operator()(const Slot& a, const Slot& b) const { return a.at > b.at; }
  };

  Tick start_;
  std::vector<Entry> entries_;
  std::priority_queue<Slot, std::vector<Slot>, Later> slots_;
};

}  // namespace lgtmwatch
