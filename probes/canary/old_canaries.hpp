// OldCanaries: those of a route that are remembered, and which of them is to be read again. Pure.
//
// One an hour is remembered. At each age of the plan it is read once; what is missing is asked for a second time, and
// what could not be asked again until the look's end. An age that passed while nobody looked is left out.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "daemon/model/canary_look.hpp"
#include "daemon/model/canary_plan.hpp"
#include "daemon/model/old_canary.hpp"

namespace lgtmwatch {

class OldCanaries {
 public:
  struct Due {
    OldCanary canary;
    CanaryLookPlan look;
  };

  // False where its hour has one already.
  bool remember(OldCanary canary);
  // Takes away those for which no look is left, and those of another backend.
  std::vector<OldCanary> forget(const std::vector<CanaryLookPlan>& looks, const std::string& read_from, WallTime now);
  // The next to be read; nothing while one is being read.
  std::optional<Due> next(const std::vector<CanaryLookPlan>& looks, WallTime now);
  // Ends the read that next() began. The canary as it is remembered now, where that was the look's result.
  std::optional<OldCanary> judge(const Due& due, CanaryLookResult result, WallTime now);

 private:
  std::deque<OldCanary> remembered_;  // the oldest first
  bool is_reading_ = false;
  std::optional<WallTime> missing_;  // when the one was written that was missing at its first question
};

}  // namespace lgtmwatch
