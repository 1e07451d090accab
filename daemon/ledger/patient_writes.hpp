// PatientWrites: writes to a file of which the disk may hang. Each has a time limit; what fails is counted, and the
// owner hears once when trouble begins and once when it ends.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"
#include "daemon/base/side_work.hpp"

namespace lgtmwatch {

class PatientWrites {
 public:
  using Hear = std::function<void(const std::optional<Error>& trouble)>;  // none: it is over

  // On that thread; all must outlive this.
  PatientWrites(boost::asio::any_io_executor disk, const Clock& clock, Hear hear);

  // True where it was written in time. `work` owns what it uses, since it goes on where the disk hangs.
  boost::asio::awaitable<bool> write(Duration for_long, std::function<Result<void>()> work);
  // A failure that is none of a write: the file cannot be used at all.
  void count_failure() { ++failures_; }

  bool is_in_trouble() const { return is_in_trouble_; }
  // A write hangs.
  bool is_busy() const { return disk_.is_busy(); }
  std::uint64_t failures() const { return failures_; }

  static constexpr Duration patience = std::chrono::seconds(30);
  static constexpr Duration patience_at_the_end = std::chrono::seconds(5);
  static constexpr Duration between_tries = std::chrono::seconds(5);

 private:
  void note(const std::optional<Error>& trouble);

  SideWork disk_;
  const Clock& clock_;
  Hear hear_;
  bool is_in_trouble_ = false;
  std::uint64_t failures_ = 0;
};

}  // namespace lgtmwatch
