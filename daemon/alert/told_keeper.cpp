#include "daemon/alert/told_keeper.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr Duration look_every = std::chrono::seconds(1);
constexpr const char* what_is_kept = "what was told to receivers";

}  // namespace

ToldKeeper::ToldKeeper(ToldParts parts)
    : parts_(std::move(parts)), writes_(parts_.disk, parts_.clock, [this](const std::optional<Error>& trouble) {
        parts_.log(writing_change(what_is_kept, trouble));
      }) {
  if (parts_.file.empty()) return;
  auto file = ToldFile::open(parts_.file);
  auto kept = file ? (*file)->read() : Result<std::map<ToldKey, Told>>(file.error());
  if (!kept) {
    writes_.count_failure();
    parts_.log(unusable_file_change(what_is_kept, kept.error()));
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
    if (file_ && parts_.clock.now() >= next_try_) co_await write(PatientWrites::patience);
    co_await parts_.clock.sleep_until(parts_.clock.now() + look_every);
  }
}

asio::awaitable<void> ToldKeeper::finish() {
  if (file_) co_await write(PatientWrites::patience_at_the_end);
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
  auto writing = writes_.write(for_long, [file, batch] { return file->write(*batch); });
  if (co_await std::move(writing)) {
    for (const auto& [key, told] : batch->told) written_.insert_or_assign(key, told.at);
    for (const auto& key : batch->over) written_.erase(key);
  } else {
    next_try_ = parts_.clock.now() + PatientWrites::between_tries;
  }
}

}  // namespace lgtmwatch
