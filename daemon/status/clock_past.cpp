#include "daemon/status/clock_past.hpp"

namespace lgtmwatch {
namespace {

// 1 where it is ahead by more than is tolerated, -1 where it is behind.
int direction(const ClockOffset& offset) {
  if (offset.least > tolerated_clock_offset) return 1;
  return offset.most < -tolerated_clock_offset ? -1 : 0;
}

}  // namespace

ClockPast advance(ClockPast past, const Exchange& exchange) {
  if (!exchange.date) return past;
  const ClockOffset offset{*exchange.date - (exchange.at + exchange.took),
                           *exchange.date + std::chrono::seconds(1) - exchange.at};
  const auto now = direction(offset);
  const bool goes_on = past.last && direction(*past.last) == now;
  past.off = now == 0 ? 0 : goes_on ? past.off + 1 : 1;
  past.last = offset;
  return past;
}

}  // namespace lgtmwatch
