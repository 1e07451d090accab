// ToldFile: what each destination was told of alerts that are not over, in an SQLite file, so that after a restart
// nothing is told twice and what is over meanwhile is told as over.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "daemon/alert/desk.hpp"
#include "daemon/ledger/sqlite.hpp"

namespace lgtmwatch {

struct ToldKey {
  std::string destination;
  AlertKey alert;
  auto operator<=>(const ToldKey&) const = default;
};

struct ToldChanges {
  std::map<ToldKey, Told> told;
  std::set<ToldKey> over;
};

class ToldFile {
 public:
  // Made where it does not exist. An error says what is wrong with the one that is there, and how to mend it.
  static Result<std::unique_ptr<ToldFile>> open(const std::string& file);

  Result<std::map<ToldKey, Told>> read();
  Result<void> write(const ToldChanges& changes);  // all or nothing

 private:
  explicit ToldFile(Database database) : database_(std::move(database)) {}

  Database database_;
};

}  // namespace lgtmwatch
