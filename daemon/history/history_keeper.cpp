#include "daemon/history/history_keeper.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr Duration look_every = std::chrono::seconds(1);
constexpr Duration write_every = std::chrono::minutes(1);
constexpr Duration between_tries = std::chrono::seconds(5);
constexpr Duration patience = std::chrono::seconds(30);
constexpr Duration patience_at_the_end = std::chrono::seconds(5);

}  // namespace

HistoryKeeper::HistoryKeeper(const std::string& path, HistoryParts parts)
    : parts_(std::move(parts)), disk_(parts_.disk) {
  if (path.empty()) return;
  auto file = HistoryFile::open(path);
  auto kept = file ? (*file)->read() : Result<KeptHistory>(file.error());
  if (!kept) {
    ++failed_writes_;
    parts_.log({Change::Level::error,
                "the history of incidents cannot be used, and is kept in memory only",
                {{"error", "--storage.path: " + kept.error().what}, {"hint", kept.error().hint}}});
    return;
  }
  file_ = std::move(*file);
  history_.incidents.restore(std::move(kept->incidents), kept->watched_until);
  history_.availability.restore(std::move(kept->series), kept->watched_until);
}

asio::awaitable<void> HistoryKeeper::run() {
  while (true) {
    look();
    if (is_due()) co_await write(patience);
    co_await parts_.clock.sleep_until(parts_.clock.now() + look_every);
  }
}

asio::awaitable<void> HistoryKeeper::finish() {
  look();
  if (file_) co_await write(patience_at_the_end);
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
  return parts_.clock.now() >= next_write_ || (has_news_ && !is_in_trouble_);
}

asio::awaitable<void> HistoryKeeper::write(Duration for_long) {
  const auto file = file_;
  const auto batch = std::make_shared<const HistoryChanges>(changes());
  std::function<Result<void>()> work = [file, batch] { return file->write(*batch); };
  auto writing = disk_.run<Result<void>>(parts_.clock, parts_.clock.now() + for_long, std::move(work));
  const auto done = co_await std::move(writing);
  if (!done) {
    note(Error(Phase::content, Reason::timeout, "a write has not ended within " + format_duration(for_long),
               "look at the file system on which it lies"));
  } else if (!*done) {
    note(done->error());
  } else {
    unwritten_.clear();
    unwritten_series_.clear();
    has_news_ = false;
    note(std::nullopt);
  }
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

void HistoryKeeper::note(const std::optional<Error>& trouble) {
  next_write_ = parts_.clock.now() + (trouble ? between_tries : write_every);
  if (trouble) ++failed_writes_;
  if (trouble.has_value() == is_in_trouble_) return;
  is_in_trouble_ = trouble.has_value();
  if (trouble)
    parts_.log({Change::Level::error,
                "the history of incidents cannot be written, and is tried again",
                {{"error", "--storage.path: " + trouble->what}, {"hint", trouble->hint}}});
  else
    parts_.log({Change::Level::info, "the history of incidents is written again", {}});
}

}  // namespace lgtmwatch
