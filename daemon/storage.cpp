#include "daemon/storage.hpp"

#include <filesystem>

#include "daemon/ledger/sqlite_ledger.hpp"

namespace lgtmwatch {
namespace {

namespace fs = std::filesystem;

constexpr const char* ledger_name = "canaries.db";
constexpr const char* history_name = "history.db";
constexpr const char* windows_name = "maintenance.db";
constexpr const char* told_name = "notifications.db";

}  // namespace

Result<std::unique_ptr<CanaryLedger>> open_storage(const std::string& path, const Clock& clock) {
  if (path.empty()) return std::unique_ptr<CanaryLedger>(std::make_unique<NoLedger>());
  std::error_code code;
  fs::create_directories(path, code);
  if (code || !fs::is_directory(path, code))
    return Error(Phase::content, Reason::internal,
                 "--storage.path: " + path + " is no directory, and cannot be made: " + code.message(),
                 "name a directory to which the user of lgtmwatch may write");
  auto ledger = SqliteLedger::open((fs::path(path) / ledger_name).string(), clock);
  if (!ledger) {
    auto error = ledger.error();
    error.what = "--storage.path: " + error.what;
    return error;
  }
  return std::unique_ptr<CanaryLedger>(std::move(*ledger));
}

std::string history_file(const std::string& path) {
  return path.empty() ? std::string() : (fs::path(path) / history_name).string();
}

std::string told_file(const std::string& path) {
  return path.empty() ? std::string() : (fs::path(path) / told_name).string();
}

Result<MaintenanceBook> open_maintenance(const std::string& path, WallTime now) {
  if (path.empty()) return MaintenanceBook::open(std::nullopt, now, new_window_id);
  auto file = MaintenanceFile::open((fs::path(path) / windows_name).string());
  auto book =
      file ? MaintenanceBook::open(std::move(*file), now, new_window_id) : Result<MaintenanceBook>(file.error());
  if (book) return book;
  auto error = book.error();
  error.what = "--storage.path: " + error.what;
  return error;
}

void StorageTeller::tell(const LedgerHealth& health) {
  if (health.trouble.has_value() == in_trouble_) return;
  in_trouble_ = health.trouble.has_value();
  if (in_trouble_) {
    log_.error("the ledger of canaries cannot be kept; a restart would go on with what was kept before",
               {{"error", health.trouble->what}, {"hint", health.trouble->hint}});
  } else {
    log_.info("the ledger of canaries is kept again");
  }
}

}  // namespace lgtmwatch
