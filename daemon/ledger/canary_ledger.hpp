// CanaryLedger: what outlives the process of the canaries: the tally of each route, and those that are in flight.
//
// The tally of a route and a canary that changes it are kept together or not at all, so that on every route
// written = outcomes + in flight, also where the process is killed at any moment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/base/result.hpp"
#include "daemon/base/time.hpp"
#include "daemon/model/canary.hpp"
#include "daemon/model/canary_state.hpp"
#include "daemon/model/old_canary.hpp"
#include "daemon/model/words.hpp"

namespace lgtmwatch {

struct CanaryRouteName {
  std::string stack;
  Signal signal = Signal::metrics;
  std::string route;
  auto operator<=>(const CanaryRouteName&) const = default;
};

struct KeptRoute {
  CanaryRouteName name;
  std::uint64_t next_sequence = 1;
  CanaryTally tally;
};

// A canary whose write was begun and that is not settled.
struct KeptCanary {
  CanaryRouteName route;
  std::string run;
  std::uint64_t sequence = 0;
  WallTime written{};
  CanaryForm form = CanaryForm::plain;
  Duration age{};         // when it was kept
  std::string read_from;  // the backend, as it is asked
  CanaryState state;
};

struct KeptLedger {
  std::vector<KeptRoute> routes;
  std::vector<KeptCanary> canaries;
  std::vector<std::pair<CanaryRouteName, OldCanary>> old;  // of each route the oldest first
};

struct LedgerHealth {
  std::uint64_t failed_writes = 0;
  std::optional<Error> trouble;  // absent while what is kept is up to date
};

class CanaryLedger {
 public:
  virtual ~CanaryLedger() = default;

  // What an earlier process kept.
  virtual KeptLedger kept() const = 0;
  // Forgets every other route.
  virtual void forget_all_but(const std::vector<CanaryRouteName>& routes) = 0;
  // A canary that is in flight, with the route as it is now.
  virtual void keep(const KeptRoute& route, const KeptCanary& canary) = 0;
  // A canary that is settled, with the route whose tally holds it.
  virtual void settle(const KeptRoute& route, const KeptCanary& canary) = 0;
  // One that is remembered, to be read again when it is old.
  virtual void keep_old(const CanaryRouteName& route, const OldCanary& canary) = 0;
  virtual void forget_old(const CanaryRouteName& route, const OldCanary& canary) = 0;
  virtual LedgerHealth health() const = 0;
};

// Keeps nothing: what is in memory is all there is.
class NoLedger final : public CanaryLedger {
 public:
  KeptLedger kept() const override { return {}; }
  void forget_all_but(const std::vector<CanaryRouteName>&) override {}
  void keep(const KeptRoute&, const KeptCanary&) override {}
  void settle(const KeptRoute&, const KeptCanary&) override {}
  void keep_old(const CanaryRouteName&, const OldCanary&) override {}
  void forget_old(const CanaryRouteName&, const OldCanary&) override {}
  LedgerHealth health() const override { return {}; }
};

}  // namespace lgtmwatch
