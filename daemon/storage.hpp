// Storage: the directory of --storage.path, and what the log says of it.
#pragma once

#include <memory>
#include <string>

#include "daemon/base/clock.hpp"
#include "daemon/ledger/canary_ledger.hpp"
#include "daemon/log.hpp"
#include "daemon/maintenance_book.hpp"

namespace lgtmwatch {

// The ledger in that directory, which is made where it is missing; one that keeps nothing where path is empty.
Result<std::unique_ptr<CanaryLedger>> open_storage(const std::string& path, const Clock& clock);

// The files of the history, and of what was told to receivers, in that directory; empty where path is.
std::string history_file(const std::string& path);
std::string told_file(const std::string& path);

// The windows of maintenance that were announced, in a file of that directory; in memory where path is empty.
Result<MaintenanceBook> open_maintenance(const std::string& path, WallTime now);

// Says once that writes fail, and once that they work again.
class StorageTeller {
 public:
  explicit StorageTeller(Log& log) : log_(log) {}
  void tell(const LedgerHealth& health);

 private:
  Log& log_;
  bool in_trouble_ = false;
};

}  // namespace lgtmwatch
