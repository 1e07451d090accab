// ClockPast: how far the clock of who answers a probe is ahead of ours, as the header Date of its answers tells.
//
// Date is cut to the second, and we do not know when during the exchange it was written: one answer gives bounds.
#pragma once

#include <optional>

#include "daemon/base/time.hpp"

namespace lgtmwatch {

// It is ahead by at least `least` and at most `most`; behind where they are negative.
struct ClockOffset {
  Duration least{};
  Duration most{};
};

// Below it clocks of machines that keep their time, and slow answers, are no matter.
inline constexpr Duration tolerated_clock_offset = std::chrono::seconds(5);

struct ClockPast {
  std::optional<ClockOffset> last;  // absent where no answer carried a Date
  int off = 0;  // answers in a row, up to the last, that are ahead, or behind, by more than tolerated
};

}  // namespace lgtmwatch
