// HistoryFile: incidents and availability in an SQLite file. It is read at the start, and then written in batches; one
// thread at a time uses it.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/history/availability_book.hpp"
#include "daemon/history/incident.hpp"
#include "daemon/ledger/sqlite.hpp"

namespace lgtmwatch {

// What an earlier process kept.
struct KeptHistory {
  std::vector<Incident> incidents;  // the earliest first
  WatchedSeriesMap series;
  std::optional<WallTime> watched_until;  // absent where nobody has ever watched
};

// What is not in the file as it is now.
struct HistoryChanges {
  std::vector<Incident> incidents;
  std::set<std::uint64_t> forgotten;
  WatchedSeriesMap series;
  std::set<AvailabilityKey> forgotten_series;
  WallTime watched_until{};
};

class HistoryFile {
 public:
  // Makes the file where there is none. An error says what is wrong with the one that is there, and how to mend it.
  static Result<std::unique_ptr<HistoryFile>> open(const std::string& file);

  Result<KeptHistory> read();
  // All or nothing.
  Result<void> write(const HistoryChanges& changes);

 private:
  explicit HistoryFile(Database database) : database_(std::move(database)) {}

  Database database_;
};

}  // namespace lgtmwatch
