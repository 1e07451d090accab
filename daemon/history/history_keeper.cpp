#include "daemon/history/history_keeper.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr Duration look_every = std::chrono::seconds(1);
constexpr Duration write_every = std::chrono::minutes(1);
constexpr const char* what_is_kept = "the history of incidents";

}  // namespace

HistoryKeeper::HistoryKeeper(const std::string& path, HistoryParts parts)
    : parts_(std::move(parts)), writes_(parts_.disk, parts_.clock, [this](const std::optional<Error>& trouble) {
        parts_.log(writing_change(what_is_kept, trouble));
      }) {
  if (path.empty()) return;
  auto file = HistoryFile::open(path);
  auto kept = file ? (*file)->read() : Result<KeptHistory>(file.error());
  if (!kept) {
    writes_.count_failure();
    parts_.log(unusable_file_change(what_is_kept, kept.error()));
    return;
  }
  file_ = std::move(*file);
  history_.incidents.restore(std::move(kept->incidents), kept->watched_until);
  history_.availability.restore(std::move(kept->series), kept->watched_until);
}

asio::awaitable<void> HistoryKeeper::run() {
  while (true) {
    look();
    if (is_due()) co_await write(PatientWrites::patience);
    co_await parts_.clock.sleep_until(parts_.clock.now() + look_every);
  }
}

asio::awaitable<void> HistoryKeeper::finish() {
  look();
  if (file_) co_await write(PatientWrites::patience_at_the_end);
}

void HistoryKeeper::look() {
  const auto snapshot = parts_.snapshot();
  history_.incidents.look(*snapshot);
  history_.availability.look(*snapshot);
  has_news_ = has_news_ || history_.incidents.has_news();
  auto changed = history_.incidents.take_changed();
  auto changed_series = history_.availability.take_changed();
  if (!file_) return;
  unwritten_.merge(changed);
  unwritten_series_.merge(changed_series);
}

bool HistoryKeeper::is_due() const {
  if (!file_) return false;
  return parts_.clock.now() >= next_write_ || (has_news_ && !writes_.is_in_trouble());
}

asio::awaitable<void> HistoryKeeper::write(Duration for_long) {
  const auto file = file_;
  const auto batch = std::make_shared<const HistoryChanges>(changes());
  auto writing = writes_.write(for_long, [file, batch] { return file->write(*batch); });
  if (co_await std::move(writing)) {
    unwritten_.clear();
    unwritten_series_.clear();
    has_news_ = false;
  }
  next_write_ = parts_.clock.now() + (writes_.is_in_trouble() ? PatientWrites::between_tries : write_every);
}

HistoryChanges HistoryKeeper::changes() const {
  HistoryChanges changes;
  for (const auto id : unwritten_) {
    const auto* incident = history_.incidents.find(id);
    if (incident)
      changes.incidents.push_back(*incident);
    else
      changes.forgotten.insert(id);
  }
  for (const auto& key : unwritten_series_) {
    const auto* series = history_.availability.find(key);
    if (series)
      changes.series.emplace(key, *series);
    else
      changes.forgotten_series.insert(key);
  }
  changes.watched_until = parts_.clock.wall();
  return changes;
}

}  // namespace lgtmwatch
