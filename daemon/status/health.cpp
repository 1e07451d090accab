#include "daemon/status/health.hpp"

#include <utility>

namespace lgtmwatch {

Advance advance(Health health, std::shared_ptr<const RunRecord> run, int confirmations) {
  const bool first = !health.settled;
  const bool was_good = !first && health.settled->good();
  health.bad_in_a_row = run->good() ? 0 : health.bad_in_a_row + 1;
  const bool counts = first || run->good() || !was_good || health.bad_in_a_row >= confirmations;
  if (!counts) return {std::move(health), Transition::pending};
  const bool changed = first || was_good != run->good();
  health.settled = std::move(run);
  return {std::move(health), changed ? Transition::changed : Transition::unchanged};
}

}  // namespace lgtmwatch
