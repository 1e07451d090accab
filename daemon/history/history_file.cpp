#include "daemon/history/history_file.hpp"

#include <fmt/format.h>

#include "daemon/history/incident_text.hpp"
#include "daemon/history/spans_text.hpp"
#include "daemon/ledger/database_format.hpp"

namespace lgtmwatch {
namespace {

const DatabaseFormat& format() {
  static const DatabaseFormat ours{
      0x4c475448, 1, "history of lgtmwatch",
      "move the file away; the incidents and the availability that it knew are then forgotten"};
  return ours;
}

constexpr const char* incidents_table =
    "CREATE TABLE incidents (id INTEGER PRIMARY KEY, stack TEXT NOT NULL, opened_ns INTEGER NOT NULL, "
    "closed_ns INTEGER, document TEXT NOT NULL) STRICT";
constexpr const char* watched_table =
    "CREATE TABLE watched (one INTEGER PRIMARY KEY CHECK (one = 1), until_ns INTEGER NOT NULL) STRICT";

constexpr const char* availability_table =
    "CREATE TABLE availability (stack TEXT NOT NULL, signal TEXT NOT NULL, path TEXT NOT NULL, "
    "standing TEXT NOT NULL, since_ns INTEGER NOT NULL, spans TEXT NOT NULL, "
    "PRIMARY KEY (stack, signal, path)) STRICT, WITHOUT ROWID";

Error cannot_be_read(const std::string& what, const std::string& why) {
  return {Phase::content, Reason::internal, fmt::format("the history has {} that cannot be read: {}", what, why),
          format().move_it_away};
}

Result<Incident> incident_in(const SqlRow& row) {
  Incident incident;
  incident.id = static_cast<std::uint64_t>(sql_number(row[0]));
  incident.stack = sql_text(row[1]);
  incident.opened = sql_time(row[2]);
  if (std::holds_alternative<std::int64_t>(row[3])) incident.closed = sql_time(row[3]);
  const auto read = read_incident_text(sql_text(row[4]), incident);
  if (read) return incident;
  return cannot_be_read(fmt::format("an incident {}", incident.id), read.error().what);
}

template <class Words>
std::optional<typename Words::value_type> word_in(const Words& words, const SqlValue& value) {
  const auto text = sql_text(value);
  for (const auto each : words)
    if (to_string(each) == text) return each;
  return std::nullopt;
}

std::string signal_column(const AvailabilityKey& key) {
  return key.signal ? std::string(to_string(*key.signal)) : std::string();
}

Result<std::pair<AvailabilityKey, WatchedSeries>> series_in(const SqlRow& row) {
  AvailabilityKey key{sql_text(row[0]), word_in(all_signals, row[1]), sql_text(row[2])};
  WatchedSeries series;
  const auto standing = word_in(all_standings, row[3]);
  if (!standing || signal_column(key) != sql_text(row[1]))
    return cannot_be_read("an availability", "a word of it is not known");
  series.standing = *standing;
  series.since = sql_time(row[4]);
  auto spans = read_spans_text(sql_text(row[5]));
  if (!spans) return cannot_be_read("an availability", spans.error().what);
  series.past.set_spans(std::move(*spans));
  return std::pair(std::move(key), std::move(series));
}

Result<WatchedSeriesMap> read_series(Database& database) {
  const auto rows = database.run("SELECT stack, signal, path, standing, since_ns, spans FROM availability");
  if (!rows) return rows.error();
  WatchedSeriesMap found;
  for (const auto& row : *rows) {
    auto series = series_in(row);
    if (!series) return series.error();
    found.insert(std::move(*series));
  }
  return found;
}

Result<void> put(Database& database, const AvailabilityKey& key, const WatchedSeries& series) {
  const auto done = database.run("INSERT OR REPLACE INTO availability VALUES (?, ?, ?, ?, ?, ?)",
                                 {key.stack, signal_column(key), key.path, std::string(to_string(series.standing)),
                                  sql_nanoseconds(series.since), spans_text(series.past.spans())});
  if (!done) return done.error();
  return {};
}

Result<void> remove(Database& database, const AvailabilityKey& key) {
  const auto done = database.run("DELETE FROM availability WHERE stack = ? AND signal = ? AND path = ?",
                                 {key.stack, signal_column(key), key.path});
  if (!done) return done.error();
  return {};
}

Result<void> write_series(Database& database, const HistoryChanges& changes) {
  for (const auto& [key, series] : changes.series) {
    const auto done = put(database, key, series);
    if (!done) return done.error();
  }
  for (const auto& key : changes.forgotten_series) {
    const auto done = remove(database, key);
    if (!done) return done.error();
  }
  return {};
}

Result<void> put(Database& database, const Incident& incident) {
  const auto closed = incident.closed ? SqlValue(sql_nanoseconds(*incident.closed)) : SqlValue();
  const auto done = database.run("INSERT OR REPLACE INTO incidents VALUES (?, ?, ?, ?, ?)",
                                 {static_cast<std::int64_t>(incident.id), incident.stack,
                                  sql_nanoseconds(incident.opened), closed, incident_text(incident)});
  if (!done) return done.error();
  return {};
}

Result<void> write_all(Database& database, const HistoryChanges& changes) {
  for (const auto& incident : changes.incidents) {
    const auto done = put(database, incident);
    if (!done) return done.error();
  }
  for (const auto id : changes.forgotten) {
    const auto done = database.run("DELETE FROM incidents WHERE id = ?", {static_cast<std::int64_t>(id)});
    if (!done) return done.error();
  }
  const auto written = write_series(database, changes);
  if (!written) return written.error();
  const auto done =
      database.run("INSERT OR REPLACE INTO watched VALUES (1, ?)", {sql_nanoseconds(changes.watched_until)});
  if (!done) return done.error();
  return {};
}

}  // namespace

Result<std::unique_ptr<HistoryFile>> HistoryFile::open(const std::string& file) {
  auto database = open_database(file, format(), {incidents_table, availability_table, watched_table});
  if (!database) return database.error();
  return std::unique_ptr<HistoryFile>(new HistoryFile(std::move(*database)));
}

Result<KeptHistory> HistoryFile::read() {
  const auto rows = database_.run("SELECT id, stack, opened_ns, closed_ns, document FROM incidents ORDER BY id");
  if (!rows) return rows.error();
  KeptHistory kept;
  for (const auto& row : *rows) {
    auto incident = incident_in(row);
    if (!incident) return incident.error();
    kept.incidents.push_back(std::move(*incident));
  }
  auto series = read_series(database_);
  if (!series) return series.error();
  kept.series = std::move(*series);
  const auto watched = database_.run("SELECT until_ns FROM watched");
  if (!watched) return watched.error();
  if (!watched->empty()) kept.watched_until = sql_time(watched->front().front());
  return kept;
}

Result<void> HistoryFile::write(const HistoryChanges& changes) {
  return database_.transaction([&] { return write_all(database_, changes); });
}

}  // namespace lgtmwatch
