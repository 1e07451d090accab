// MaintenanceFile: the windows of maintenance that were announced over HTTP, in an SQLite file, so that they survive a
// restart.
#pragma once

#include <string>
#include <vector>

#include "daemon/ledger/sqlite.hpp"
#include "daemon/model/announced_window.hpp"

namespace lgtmwatch {

class MaintenanceFile {
 public:
  // Made where it does not exist.
  static Result<MaintenanceFile> open(const std::string& file);

  Result<std::vector<AnnouncedWindow>> read();
  Result<void> put(const AnnouncedWindow& window);
  Result<void> remove(const std::string& id);

 private:
  explicit MaintenanceFile(Database database) : database_(std::move(database)) {}

  Database database_;
};

}  // namespace lgtmwatch
