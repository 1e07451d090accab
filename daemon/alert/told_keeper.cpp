#include "daemon/alert/told_keeper.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr Duration look_every = std::chrono::seconds(1);
constexpr Duration between_tries = std::chrono::seconds(5);
constexpr Duration patience = std::chrono::seconds(30);
constexpr Duration patience_at_the_end = std::chrono::seconds(5);

}  // namespace

ToldKeeper::ToldKeeper(ToldParts parts) : parts_(std::move(parts)), disk_(parts_.disk) {
  if (parts_.file.empty()) return;
  auto file = ToldFile::open(parts_.file);
  auto kept = file ? (*file)->read() : Result<std::map<ToldKey, Told>>(file.error());
  if (!kept) {
    ++failed_writes_;
    parts_.log({Change::Level::error,
                "what was told to receivers cannot be read, and is kept in memory only",
                {{"error", "--storage.path: " + kept.error().what}, {"hint", kept.error().hint}}});
    return;
  }
  file_ = std::move(*file);
  told_ = std::move(*kept);
  for (const auto& [key, told] : told_) written_.emplace(key, told.at);
}

std::map<AlertKey, Told> ToldKeeper::of(const std::string& destination) const {
  std::map<AlertKey, Told> all;
  for (const auto& [key, told] : told_)
    if (key.destination == destination) all.emplace(key.alert, told);
  return all;
}

void ToldKeeper::note(const std::string& destination, const std::map<AlertKey, Told>& told) {
  std::erase_if(told_, [&](const auto& each) { return each.first.destination == destination; });
  std::size_t kept = 0;
  for (const auto& [alert, each] : told)
    if (++kept <= most_kept) told_.emplace(ToldKey{destination, alert}, each);
}

void ToldKeeper::forget_all_but(const std::set<std::string>& destinations) {
  std::erase_if(told_, [&](const auto& each) { return !destinations.contains(each.first.destination); });
}

asio::awaitable<void> ToldKeeper::run() {
  while (true) {
    if (file_ && parts_.clock.now() >= next_try_) co_await write(patience);
    co_await parts_.clock.sleep_until(parts_.clock.now() + look_every);
  }
}

asio::awaitable<void> ToldKeeper::finish() {
  if (file_) co_await write(patience_at_the_end);
}

ToldChanges ToldKeeper::changes() const {
  ToldChanges changes;
  for (const auto& [key, told] : told_) {
    const auto known = written_.find(key);
    if (known == written_.end() || known->second != told.at) changes.told.emplace(key, told);
  }
  for (const auto& [key, at] : written_)
    if (!told_.contains(key)) changes.over.insert(key);
  return changes;
}

asio::awaitable<void> ToldKeeper::write(Duration for_long) {
  const auto file = file_;
  const auto batch = std::make_shared<const ToldChanges>(changes());
  if (batch->told.empty() && batch->over.empty()) co_return;
  std::function<Result<void>()> work = [file, batch] { return file->write(*batch); };
  auto writing = disk_.run<Result<void>>(parts_.clock, parts_.clock.now() + for_long, std::move(work));
  const auto done = co_await std::move(writing);
  if (!done) {
    note_trouble(Error(Phase::content, Reason::timeout, "a write has not ended within " + format_duration(for_long),
                       "look at the file system on which it lies"));
  } else if (!*done) {
    note_trouble(done->error());
  } else {
    for (const auto& [key, told] : batch->told) written_.insert_or_assign(key, told.at);
    for (const auto& key : batch->over) written_.erase(key);
    note_trouble(std::nullopt);
  }
}

void ToldKeeper::note_trouble(const std::optional<Error>& trouble) {
  if (trouble) ++failed_writes_;
  if (trouble) next_try_ = parts_.clock.now() + between_tries;
  if (trouble.has_value() == is_in_trouble_) return;
  is_in_trouble_ = trouble.has_value();
  if (trouble)
    parts_.log({Change::Level::error,
                "what was told to receivers cannot be written, and is tried again",
                {{"error", "--storage.path: " + trouble->what}, {"hint", trouble->hint}}});
  else
    parts_.log({Change::Level::info, "what was told to receivers is written again", {}});
}

}  // namespace lgtmwatch
