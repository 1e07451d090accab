// Database: an SQLite file, as values and Results. The only file with its header is sqlite.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "daemon/base/result.hpp"

struct sqlite3;

namespace lgtmwatch {

using SqlValue = std::variant<std::monostate, std::int64_t, std::string>;
using SqlRow = std::vector<SqlValue>;

class Database {
 public:
  // Made where it does not exist; the file is this process's alone until it is closed.
  static Result<Database> open(const std::string& file);

  // One statement; all rows that it gives.
  Result<std::vector<SqlRow>> run(const std::string& statement, const SqlRow& parameters = {});
  // All or none: what work() does is undone where it gives an error.
  template <class Work>
  Result<void> transaction(Work work) {
    const auto begun = run("BEGIN IMMEDIATE");
    if (!begun) return begun.error();
    const Result<void> done = work();
    const auto ended = done ? run("COMMIT") : Result<std::vector<SqlRow>>(done.error());
    if (ended) return {};
    (void)run("ROLLBACK");
    return ended.error();
  }

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  using Handle = std::unique_ptr<sqlite3, Close>;

  Database(Handle handle, std::string file) : handle_(std::move(handle)), file_(std::move(file)) {}
  Error error() const;

  Handle handle_;
  std::string file_;
};

}  // namespace lgtmwatch
