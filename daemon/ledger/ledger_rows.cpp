#include "daemon/ledger/ledger_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/ledger/database_format.hpp"
#include "daemon/ledger/tally_text.hpp"

namespace lgtmwatch {
namespace {

constexpr std::int64_t our_application = 0x4c47544d;  // "LGTM"
constexpr std::int64_t our_version = 2;
constexpr std::int64_t version_without_old_canaries = 1;
constexpr const char* move_it_away = "move the file away; what it knew is then forgotten, and its counters begin at 0";

constexpr const char* routes_table =
    "CREATE TABLE routes (stack TEXT NOT NULL, signal TEXT NOT NULL, route TEXT NOT NULL, "
    "next_sequence INTEGER NOT NULL, tally TEXT NOT NULL, "
    "PRIMARY KEY (stack, signal, route)) STRICT, WITHOUT ROWID";
constexpr const char* canaries_table =
    "CREATE TABLE canaries (stack TEXT NOT NULL, signal TEXT NOT NULL, route TEXT NOT NULL, run TEXT NOT NULL, "
    "sequence INTEGER NOT NULL, written_ns INTEGER NOT NULL, form INTEGER NOT NULL CHECK (form BETWEEN 0 AND 3), "
    "age_ns INTEGER NOT NULL, "
    "read_from TEXT NOT NULL, "
    "acknowledged INTEGER NOT NULL, missed_deadline INTEGER NOT NULL, read_failed INTEGER NOT NULL, "
    "seen_at_age_ns INTEGER, "
    "PRIMARY KEY (stack, signal, route, run, sequence)) STRICT, WITHOUT ROWID";
constexpr const char* old_canaries_table =
    "CREATE TABLE old_canaries (stack TEXT NOT NULL, signal TEXT NOT NULL, route TEXT NOT NULL, "
    "written_ns INTEGER NOT NULL, run TEXT NOT NULL, sequence INTEGER NOT NULL, read_from TEXT NOT NULL, "
    "judged_at_ns INTEGER NOT NULL, "
    "PRIMARY KEY (stack, signal, route, written_ns)) STRICT, WITHOUT ROWID";

Error fault(const std::string& what, const std::string& hint) { return {Phase::content, Reason::internal, what, hint}; }

Result<void> run(Database& database, const std::string& statement, const SqlRow& parameters = {}) {
  const auto done = database.run(statement, parameters);
  if (!done) return done.error();
  return {};
}

SqlRow columns_of(const CanaryRouteName& name) { return {name.stack, std::string(to_string(name.signal)), name.route}; }

Result<CanaryRouteName> name_in(const SqlRow& row) {
  const auto word = sql_text(row[1]);
  const auto signal =
      std::find_if(all_signals.begin(), all_signals.end(), [&](Signal each) { return to_string(each) == word; });
  if (signal == all_signals.end()) return fault("the ledger has a signal '" + word + "'", move_it_away);
  return CanaryRouteName{sql_text(row[0]), *signal, sql_text(row[2])};
}

KeptCanary canary_in(const SqlRow& row, CanaryRouteName name) {
  KeptCanary canary;
  canary.route = std::move(name);
  canary.run = sql_text(row[3]);
  canary.sequence = static_cast<std::uint64_t>(sql_number(row[4]));
  canary.written = sql_time(row[5]);
  canary.form = static_cast<CanaryForm>(sql_number(row[6]));
  canary.age = Duration(sql_number(row[7]));
  canary.read_from = sql_text(row[8]);
  canary.state.acknowledged = sql_number(row[9]) != 0;
  canary.state.missed_deadline = sql_number(row[10]) != 0;
  canary.state.read_failed = sql_number(row[11]) != 0;
  if (const auto* seen = std::get_if<std::int64_t>(&row[12])) canary.state.seen_at_age = Duration(*seen);
  return canary;
}

SqlRow columns_of(const KeptCanary& canary) {
  auto row = columns_of(canary.route);
  const auto& state = canary.state;
  row.insert(
      row.end(),
      {canary.run, static_cast<std::int64_t>(canary.sequence), std::int64_t{canary.written.time_since_epoch().count()},
       static_cast<std::int64_t>(canary.form), std::int64_t{canary.age.count()}, canary.read_from,
       std::int64_t{state.acknowledged}, std::int64_t{state.missed_deadline}, std::int64_t{state.read_failed}});
  row.push_back(state.seen_at_age ? SqlValue(std::int64_t{state.seen_at_age->count()}) : SqlValue());
  return row;
}

}  // namespace

Result<void> prepare_ledger(Database& database, const std::string& file) {
  const DatabaseFormat format{our_application, our_version, "ledger of lgtmwatch", move_it_away};
  const auto version = read_version(database, file, format);
  if (!version) return version.error();
  if (*version == 0) return make_tables(database, format, {routes_table, canaries_table, old_canaries_table});
  if (*version == version_without_old_canaries) return make_tables(database, format, {old_canaries_table});
  return {};
}

Result<std::vector<KeptRoute>> read_routes(Database& database) {
  const auto rows = database.run("SELECT stack, signal, route, next_sequence, tally FROM routes");
  if (!rows) return rows.error();
  std::vector<KeptRoute> routes;
  for (const auto& row : *rows) {
    auto name = name_in(row);
    if (!name) return name.error();
    const auto tally = parse_tally(sql_text(row[4]));
    if (!tally) return fault("the ledger has a tally that cannot be read: " + tally.error().what, move_it_away);
    routes.push_back({std::move(*name), static_cast<std::uint64_t>(sql_number(row[3])), *tally});
  }
  return routes;
}

Result<std::vector<KeptCanary>> read_canaries(Database& database) {
  const auto rows = database.run(
      "SELECT stack, signal, route, run, sequence, written_ns, form, age_ns, read_from, acknowledged, "
      "missed_deadline, "
      "read_failed, seen_at_age_ns FROM canaries");
  if (!rows) return rows.error();
  std::vector<KeptCanary> canaries;
  for (const auto& row : *rows) {
    auto name = name_in(row);
    if (!name) return name.error();
    canaries.push_back(canary_in(row, std::move(*name)));
  }
  return canaries;
}

Result<std::vector<std::pair<CanaryRouteName, OldCanary>>> read_old_canaries(Database& database) {
  const auto rows = database.run(
      "SELECT stack, signal, route, written_ns, run, sequence, read_from, judged_at_ns FROM old_canaries "
      "ORDER BY written_ns");
  if (!rows) return rows.error();
  std::vector<std::pair<CanaryRouteName, OldCanary>> canaries;
  for (const auto& row : *rows) {
    auto name = name_in(row);
    if (!name) return name.error();
    OldCanary canary;
    canary.written = sql_time(row[3]);
    canary.run = sql_text(row[4]);
    canary.sequence = static_cast<std::uint64_t>(sql_number(row[5]));
    canary.read_from = sql_text(row[6]);
    canary.judged_at = Duration(sql_number(row[7]));
    canaries.emplace_back(std::move(*name), std::move(canary));
  }
  return canaries;
}

Result<void> put_route(Database& database, const KeptRoute& route) {
  auto row = columns_of(route.name);
  row.emplace_back(static_cast<std::int64_t>(route.next_sequence));
  row.emplace_back(tally_text(route.tally));
  return run(database, "INSERT OR REPLACE INTO routes VALUES (?, ?, ?, ?, ?)", row);
}

Result<void> put_canary(Database& database, const KeptCanary& canary) {
  return run(database, "INSERT OR REPLACE INTO canaries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
             columns_of(canary));
}

Result<void> remove_canary(Database& database, const KeptCanary& canary) {
  auto row = columns_of(canary.route);
  row.emplace_back(canary.run);
  row.emplace_back(static_cast<std::int64_t>(canary.sequence));
  return run(database, "DELETE FROM canaries WHERE stack = ? AND signal = ? AND route = ? AND run = ? AND sequence = ?",
             row);
}

Result<void> put_old_canary(Database& database, const CanaryRouteName& route, const OldCanary& canary) {
  auto row = columns_of(route);
  row.insert(row.end(),
             {std::int64_t{canary.written.time_since_epoch().count()}, canary.run,
              static_cast<std::int64_t>(canary.sequence), canary.read_from, std::int64_t{canary.judged_at.count()}});
  return run(database, "INSERT OR REPLACE INTO old_canaries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row);
}

Result<void> remove_old_canary(Database& database, const CanaryRouteName& route, const OldCanary& canary) {
  auto row = columns_of(route);
  row.emplace_back(std::int64_t{canary.written.time_since_epoch().count()});
  return run(database, "DELETE FROM old_canaries WHERE stack = ? AND signal = ? AND route = ? AND written_ns = ?", row);
}

Result<void> remove_route(Database& database, const CanaryRouteName& route) {
  for (const auto* table : {"canaries", "old_canaries", "routes"}) {
    const auto removed = run(
        database, fmt::format("DELETE FROM {} WHERE stack = ? AND signal = ? AND route = ?", table), columns_of(route));
    if (!removed) return removed.error();
  }
  return {};
}

Result<void> remove_all(Database& database) {
  for (const auto* table : {"canaries", "old_canaries", "routes"}) {
    const auto removed = run(database, fmt::format("DELETE FROM {}", table));
    if (!removed) return removed.error();
  }
  return {};
}

}  // namespace lgtmwatch
