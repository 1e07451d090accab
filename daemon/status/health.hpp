// When a run counts: a pure state machine. Bad news counts once a second run in a row confirms it, so that one
// lost packet wakes nobody; good news counts at once. The very first run counts whatever it says.
#pragma once

#include <memory>

#include "daemon/model/run_record.hpp"

namespace lgtmwatch {

struct Health {
  std::shared_ptr<const RunRecord> settled;  // the run that counts
  int bad_in_a_row = 0;
};

enum class Transition { unchanged, pending, changed };

struct Advance {
  Health health;
  Transition transition = Transition::unchanged;
};

// confirmations: how many bad runs in a row make bad news count; 1 for a single look (verify), 2 for the daemon.
Advance advance(Health health, std::shared_ptr<const RunRecord> run, int confirmations);

}  // namespace lgtmwatch
