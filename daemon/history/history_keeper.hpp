// HistoryKeeper: looks at the snapshots once a second, and keeps what came of them in a file. What cannot be written
// stays in memory and is tried again; a disk that hangs holds up nobody.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>

#include "daemon/base/clock.hpp"
#include "daemon/history/history.hpp"
#include "daemon/history/history_file.hpp"
#include "daemon/ledger/patient_writes.hpp"
#include "daemon/status/changes.hpp"

namespace lgtmwatch {

// All must outlive the keeper.
struct HistoryParts {
  boost::asio::any_io_executor disk;  // a thread on which the file may hang
  const Clock& clock;
  std::function<std::shared_ptr<const Snapshot>()> snapshot;
  std::function<void(const Change&)> log;
};

class HistoryKeeper {
 public:
  // In memory only where the path of the file is empty, and where the file that is there cannot be used: that is
  // logged.
  HistoryKeeper(const std::string& file, HistoryParts parts);

  // Until it is cancelled.
  boost::asio::awaitable<void> run();
  // Writes what is left to write; waits a few seconds for it at most.
  boost::asio::awaitable<void> finish();

  const History& history() const { return history_; }
  const PatientWrites& writes() const { return writes_; }

 private:
  void look();
  bool is_due() const;
  boost::asio::awaitable<void> write(Duration for_long);
  HistoryChanges changes() const;

  HistoryParts parts_;
  PatientWrites writes_;
  std::shared_ptr<HistoryFile> file_;  // none: in memory only
  History history_;
  std::set<std::uint64_t> unwritten_;
  std::set<AvailabilityKey> unwritten_series_;
  bool has_news_ = false;
  Tick next_write_{};
};

}  // namespace lgtmwatch
