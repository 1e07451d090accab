#include "daemon/ledger/patient_writes.hpp"

namespace lgtmwatch {

PatientWrites::PatientWrites(boost::asio::any_io_executor disk, const Clock& clock, Hear hear)
    : disk_(std::move(disk)), clock_(clock), hear_(std::move(hear)) {}

boost::asio::awaitable<bool> PatientWrites::write(Duration for_long, std::function<Result<void>()> work) {
  auto writing = disk_.run<Result<void>>(clock_, clock_.now() + for_long, std::move(work));
  const auto done = co_await std::move(writing);
  if (!done)
    note(Error(Phase::content, Reason::timeout, "a write has not ended within " + format_duration(for_long),
               "look at the file system on which it lies"));
  else
    note(*done ? std::nullopt : std::optional(done->error()));
  co_return done.has_value() && done->has_value();
}

void PatientWrites::note(const std::optional<Error>& trouble) {
  if (trouble) ++failures_;
  if (trouble.has_value() == is_in_trouble_) return;
  is_in_trouble_ = trouble.has_value();
  hear_(trouble);
}

}  // namespace lgtmwatch
