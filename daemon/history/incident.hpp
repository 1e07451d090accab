// Incident: a finding from when it came until it went, with what was seen then and last. The book keeps them
// (incident_book.hpp), history_file.hpp writes them down, daemon/serve shows them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/model/verdict.hpp"

namespace lgtmwatch {

struct IncidentEvent {
  WallTime at{};
  std::string what;  // one sentence
};

struct Incident {
  bool is_open() const { return !closed; }
  Duration lasted(WallTime now) const;
  // At most `most_events`: where there are more, those in the middle are left out.
  void add_event(WallTime at, std::string what);

  static constexpr std::size_t most_events = 50;

  std::uint64_t id = 0;  // greater than that of each which was opened before
  std::string stack;
  Finding first;  // as it was when it came
  Finding last;   // as it was seen last
  WallTime opened{};
  std::optional<WallTime> closed;
  std::vector<IncidentEvent> events;  // the earliest first
  std::uint64_t left_out = 0;         // of the events
};

}  // namespace lgtmwatch
