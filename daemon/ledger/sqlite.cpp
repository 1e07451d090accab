#include "daemon/ledger/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace lgtmwatch {
namespace {

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

const char* hint_for(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "another lgtmwatch uses it: end that one, or give each a --storage.path of its own";
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return "move the file away; what it knew is then forgotten, and its counters begin at 0";
    case SQLITE_FULL: return "make room on that file system";
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM: return "let the user of lgtmwatch write to that directory and to the files in it";
    default: return "look at the file system on which it lies";
  }
}

Error error_of(const std::string& file, int code, const char* message) {
  return {Phase::content, Reason::internal, fmt::format("{}: {}", file, message), hint_for(code)};
}

void bind(sqlite3_stmt& statement, int place, const SqlValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) sqlite3_bind_int64(&statement, place, *number);
  if (const auto* text = std::get_if<std::string>(&value))
    sqlite3_bind_text64(&statement, place, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

SqlValue column(sqlite3_stmt& statement, int place) {
  if (sqlite3_column_type(&statement, place) == SQLITE_NULL) return std::monostate();
  if (sqlite3_column_type(&statement, place) == SQLITE_INTEGER) return sqlite3_column_int64(&statement, place);
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(&statement, place));
  return text ? std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(&statement, place))) : std::string();
}

SqlRow row_of(sqlite3_stmt& statement) {
  SqlRow row;
  for (int place = 0; place < sqlite3_column_count(&statement); ++place) row.push_back(column(statement, place));
  return row;
}

}  // namespace

void Database::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

Result<Database> Database::open(const std::string& file) {
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
  Handle handle(raw);
  if (code != SQLITE_OK) return error_of(file, code, sqlite3_errstr(code));
  Database database(std::move(handle), file);
  // The lock is taken with the first read or write, and held. What was committed outlives the process in any case; a
  // loss of power may take the last moments back, but leaves the file whole.
  for (const auto* setting : {"PRAGMA locking_mode = EXCLUSIVE", "PRAGMA journal_mode = WAL",
                              "PRAGMA synchronous = NORMAL", "PRAGMA journal_size_limit = 4194304"}) {
    const auto set = database.run(setting);
    if (!set) return set.error();
  }
  return database;
}

Result<std::vector<SqlRow>> Database::run(const std::string& text, const SqlRow& parameters) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(handle_.get(), text.c_str(), -1, &raw, nullptr) != SQLITE_OK) return error();
  const Statement statement(raw);
  for (std::size_t i = 0; i < parameters.size(); ++i) bind(*statement, static_cast<int>(i) + 1, parameters[i]);
  std::vector<SqlRow> rows;
  while (true) {
    const int code = sqlite3_step(statement.get());
    if (code == SQLITE_DONE) return rows;
    if (code != SQLITE_ROW) return error();
    rows.push_back(row_of(*statement));
  }
}

Error Database::error() const {
  return error_of(file_, sqlite3_extended_errcode(handle_.get()), sqlite3_errmsg(handle_.get()));
}

}  // namespace lgtmwatch
