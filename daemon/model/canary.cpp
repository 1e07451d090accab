#include "daemon/model/canary.hpp"

#include <algorithm>
#include <numeric>

namespace lgtmwatch {

std::string_view to_string(CanaryOutcome outcome) {
  constexpr std::array names{"visible", "late",     "duplicate",      "corrupt",
                             "lost",    "rejected", "unacknowledged", "unknown"};
  return names[static_cast<std::size_t>(outcome)];
}

std::string_view to_string(CanaryRead read) {
  constexpr std::array names{"query", "id", "search", "grafana"};
  return names[static_cast<std::size_t>(read)];
}

std::string_view to_string(CanaryLookResult result) {
  constexpr std::array names{"found", "missing", "corrupt", "unknown"};
  return names[static_cast<std::size_t>(result)];
}

std::uint64_t CanaryTally::settled() const {
  return std::accumulate(outcomes.begin(), outcomes.end(), std::uint64_t{0});
}

std::string_view to_string(CanaryForm form) {
  constexpr std::array names{"plain", "fresh_label", "large", "unordered"};
  return names[static_cast<std::size_t>(form)];
}

std::size_t CanaryFormFacts::overdue(Duration deadline, WallTime now) const {
  return static_cast<std::size_t>(
      std::count_if(unseen.begin(), unseen.end(), [&](WallTime written) { return now - written > deadline; }));
}

std::size_t CanaryFormFacts::overdue_still(Duration deadline, WallTime now) const {
  const auto over_before = came_back.size() > 1 ? came_back[1] : WallTime::min();
  return static_cast<std::size_t>(std::count_if(unseen.begin(), unseen.end(), [&](WallTime written) {
    return written > over_before && now - written > deadline;
  }));
}

std::size_t CanaryRouteFacts::overdue_of_all_forms(WallTime now) const {
  auto sum = overdue(now);
  for (const auto& form : other_forms) sum += form.overdue(plan->patience.deadline, now);
  return sum;
}

}  // namespace lgtmwatch
