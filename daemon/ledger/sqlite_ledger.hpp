// SqliteLedger: a CanaryLedger in an SQLite file.
//
// A write that fails is counted, and what should be in the file stays in memory; a few seconds later the whole is
// written anew. So the file does not grow with time: it holds a row a route, and one a canary that is in flight or
// remembered.
#pragma once

#include <map>
#include <memory>
#include <tuple>

#include "daemon/base/clock.hpp"
#include "daemon/ledger/canary_ledger.hpp"
#include "daemon/ledger/sqlite.hpp"

namespace lgtmwatch {

class SqliteLedger final : public CanaryLedger {
 public:
  // Makes the file where there is none. An error says what is wrong with the one that is there, and how to mend it.
  static Result<std::unique_ptr<SqliteLedger>> open(const std::string& file, const Clock& clock);

  KeptLedger kept() const override;
  void forget_all_but(const std::vector<CanaryRouteName>& routes) override;
  void keep(const KeptRoute& route, const KeptCanary& canary) override;
  void settle(const KeptRoute& route, const KeptCanary& canary) override;
  void keep_old(const CanaryRouteName& route, const OldCanary& canary) override;
  void forget_old(const CanaryRouteName& route, const OldCanary& canary) override;
  LedgerHealth health() const override { return health_; }

 private:
  using CanaryKey = std::tuple<CanaryRouteName, std::string, std::uint64_t>;
  using OldKey = std::tuple<CanaryRouteName, WallTime>;

  SqliteLedger(Database database, const Clock& clock) : database_(std::move(database)), clock_(clock) {}
  static CanaryKey key_of(const KeptCanary& canary) { return {canary.route, canary.run, canary.sequence}; }
  Result<void> read_all();
  template <class Work>
  void write(Work work);
  Result<void> write_all();

  Database database_;
  const Clock& clock_;
  std::map<CanaryRouteName, KeptRoute> routes_;
  std::map<CanaryKey, KeptCanary> canaries_;
  std::map<OldKey, OldCanary> old_;
  LedgerHealth health_;
  Tick next_try_{};  // while there is trouble
};

}  // namespace lgtmwatch
