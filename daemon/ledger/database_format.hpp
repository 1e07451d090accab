// What an SQLite file of ours must be: whole, ours, and of a version that is known.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/base/time.hpp"
#include "daemon/ledger/sqlite.hpp"

namespace lgtmwatch {

struct DatabaseFormat {
  std::int64_t application = 0;  // SQLite's application_id
  std::int64_t version = 0;      // the newest that is known
  std::string name;              // "ledger of lgtmwatch"
  std::string move_it_away;      // what an operator does with a file that cannot be used, and what is lost by it
};

// The version of the file, 0 where it is new and empty. An error says what is wrong with it, and how to mend it.
Result<std::int64_t> read_version(Database& database, const std::string& file, const DatabaseFormat& format);

// Runs the statements that make tables, and marks the file as one of this format, all or nothing.
Result<void> make_tables(Database& database, const DatabaseFormat& format, const std::vector<std::string>& statements);

// Opens a file of a format that has had one version only; a new one gets its tables.
Result<Database> open_database(const std::string& file, const DatabaseFormat& format,
                               const std::vector<std::string>& tables);

// Of a column that its table declares so.
std::int64_t sql_number(const SqlValue& value);
std::string sql_text(const SqlValue& value);
// Moments are columns of nanoseconds since 1970.
WallTime sql_time(const SqlValue& value);
std::int64_t sql_nanoseconds(WallTime time);

}  // namespace lgtmwatch
