// One round of canaries into one receiver: one canary of each signal, side by side, each written once and, where its
// backend is known, read back.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/model/canary.hpp"
#include "daemon/model/canary_plan.hpp"
#include "probes/canary/canary_route.hpp"

namespace lgtmwatch {

// One signal of the round.
struct RoundRoute {
  explicit RoundRoute(CanaryRoutePlan plan_) : plan(std::move(plan_)) {}

  CanaryRoutePlan plan;
  bool reads_back = false;  // where it does not, plan.backend means nothing
};

struct RoundResult {
  CanaryWriteRun write;
  std::optional<Duration> write_took;    // until the receiver answered, or failed
  std::optional<CanaryOutcome> outcome;  // where it was read back
  std::optional<Duration> visible_after;
  std::string read_evidence;
  std::string read_trouble;  // why it could not be asked, where it could not
};

// The exit code is what tell() gives for the results, which are in the order of the routes. The stack is what the
// canaries say that they belong to. Where a look-up of a name hangs, the program ends here after tell().
int run_round(const std::vector<RoundRoute>& routes, const std::string& stack,
              const std::function<int(const std::vector<RoundResult>&)>& tell);

}  // namespace lgtmwatch
