// What the keeper knows of a route.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/canary_exposure.hpp"
#include "daemon/ledger/canary_ledger.hpp"
#include "daemon/model/canary.hpp"
#include "daemon/model/maintenance.hpp"
#include "probes/canary/old_canaries.hpp"

namespace lgtmwatch {

template <class Value>
using BySequence = std::map<std::uint64_t, Value, std::greater<>>;  // the newest first

// What became of the canaries of one form.
struct CanaryRecord {
  std::map<std::uint64_t, WallTime> unseen;  // by sequence
  BySequence<WallTime> came_back;            // as in CanaryFormFacts, like the next two
  BySequence<CanaryOutcome> recent;
  BySequence<Duration> latencies;
  std::optional<CanaryReport> last;
  std::uint64_t last_sequence = 0;
  Tick due{};              // from which on the next is written; plain ones always are
  Duration retry_after{};  // after one that went wrong
};

struct CanaryLookRecord {
  CanaryLook last;
  Tick due{};  // from which on a canary is looked at again
};

struct CanaryRouteState {
  CanaryRouteName name;
  std::shared_ptr<const CanaryRoutePlan> plan;
  bool planned = true;   // by the configuration in force
  bool is_kept = false;  // by the ledger of an earlier process
  Maintenance maintenance;
  std::uint64_t next_sequence = 1;
  CanaryTally tally;
  std::map<CanaryForm, CanaryRecord> records;
  std::map<std::string, CanaryLookRecord> looks;  // by name
  OldCanaries old;
  bool last_was_plain = false;
  Tick quiet_until{};  // after the stack said that it is overloaded
  CanaryExposure exposure;
};

}  // namespace lgtmwatch
