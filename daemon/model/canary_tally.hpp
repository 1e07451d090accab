// What becomes of canaries, and how many had which end.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "daemon/model/canary_look.hpp"
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
  std::uint64_t series = 0;   // logs, metrics: streams or series that were begun
  std::uint64_t reads = 0;    // questions that were asked
  std::array<std::uint64_t, all_canary_outcomes.size()> outcomes{};
  CanaryHistogram write_seconds;  // from the write to its acknowledgement
  std::map<CanaryRead, CanaryHistogram> visible_seconds;
  std::map<std::string, CanaryLookCounts> looks;  // by the name of the look
};

}  // namespace lgtmwatch
