#include "daemon/ledger/database_format.hpp"

#include <fmt/format.h>

namespace lgtmwatch {
namespace {

Error fault(const std::string& what, const std::string& hint) { return {Phase::content, Reason::internal, what, hint}; }

Result<std::int64_t> first_number(Database& database, const std::string& statement) {
  const auto rows = database.run(statement);
  if (!rows) return rows.error();
  return rows->empty() ? 0 : sql_number(rows->front().front());
}

Result<void> check_pages(Database& database, const std::string& file, const DatabaseFormat& format) {
  const auto checked = database.run("PRAGMA quick_check(1)");
  if (!checked) return checked.error();
  const auto found = checked->empty() ? std::string() : sql_text(checked->front().front());
  if (found != "ok") return fault(file + " is broken: " + found, format.move_it_away);
  return {};
}

}  // namespace

std::int64_t sql_number(const SqlValue& value) {
  const auto* found = std::get_if<std::int64_t>(&value);
  return found ? *found : 0;
}

std::string sql_text(const SqlValue& value) {
  const auto* found = std::get_if<std::string>(&value);
  return found ? *found : std::string();
}

WallTime sql_time(const SqlValue& value) { return WallTime(Duration(sql_number(value))); }

std::int64_t sql_nanoseconds(WallTime time) { return time.time_since_epoch().count(); }

Result<std::int64_t> read_version(Database& database, const std::string& file, const DatabaseFormat& format) {
  const auto whole = check_pages(database, file, format);
  if (!whole) return whole.error();
  const auto tables = first_number(database, "SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  if (*tables == 0) return 0;
  const auto application = first_number(database, "PRAGMA application_id");
  if (!application) return application.error();
  const auto version = first_number(database, "PRAGMA user_version");
  if (!version) return version.error();
  if (*application != format.application)
    return fault(fmt::format("{} is a database, but no {}", file, format.name), format.move_it_away);
  if (*version < 1 || *version > format.version)
    return fault(
        fmt::format("{} is of version {}, and this lgtmwatch knows version {}", file, *version, format.version),
        fmt::format("use the lgtmwatch that wrote it, or {}", format.move_it_away));
  return *version;
}

Result<void> make_tables(Database& database, const DatabaseFormat& format, const std::vector<std::string>& statements) {
  auto all = statements;
  all.push_back(fmt::format("PRAGMA application_id = {}", format.application));
  all.push_back(fmt::format("PRAGMA user_version = {}", format.version));
  return database.transaction([&]() -> Result<void> {
    for (const auto& statement : all) {
      const auto made = database.run(statement);
      if (!made) return made.error();
    }
    return {};
  });
}

Result<Database> open_database(const std::string& file, const DatabaseFormat& format,
                               const std::vector<std::string>& tables) {
  auto database = Database::open(file);
  if (!database) return database;
  const auto version = read_version(*database, file, format);
  if (!version) return version.error();
  if (*version > 0) return database;
  const auto made = make_tables(*database, format, tables);
  if (!made) return made.error();
  return database;
}

}  // namespace lgtmwatch
