// ToldKeeper: keeps in a file what each destination was told, within a second of it. What cannot be written stays in
// memory and is tried again; a disk that hangs holds up nobody.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "daemon/alert/told_file.hpp"
#include "daemon/base/clock.hpp"
#include "daemon/ledger/patient_writes.hpp"
#include "daemon/status/changes.hpp"

namespace lgtmwatch {

// All must outlive the keeper.
struct ToldParts {
  std::string file;                   // in memory only where it is empty
  boost::asio::any_io_executor disk;  // a thread on which the file may hang
  const Clock& clock;
  std::function<void(const Change&)> log;
};

class ToldKeeper {
 public:
  // In memory only too where the file that is there cannot be used: that is logged.
  explicit ToldKeeper(ToldParts parts);

  // What that destination was told, as far as it is not over; at the start that of before.
  std::map<AlertKey, Told> of(const std::string& destination) const;
  // That is all now; at most `most_kept` of it are kept.
  void note(const std::string& destination, const std::map<AlertKey, Told>& told);
  // There are no others.
  void forget_all_but(const std::set<std::string>& destinations);

  // Until it is cancelled.
  boost::asio::awaitable<void> run();
  // Writes what is left to write; waits a few seconds for it at most.
  boost::asio::awaitable<void> finish();

  const PatientWrites& writes() const { return writes_; }

  static constexpr std::size_t most_kept = 1000;

 private:
  ToldChanges changes() const;
  boost::asio::awaitable<void> write(Duration for_long);

  ToldParts parts_;
  PatientWrites writes_;
  std::shared_ptr<ToldFile> file_;
  std::map<ToldKey, Told> told_;
  std::map<ToldKey, WallTime> written_;
  Tick next_try_{};
};

}  // namespace lgtmwatch
