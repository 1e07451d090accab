// The tables of the ledger: what a file must be, and what its rows mean.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "daemon/ledger/canary_ledger.hpp"
#include "daemon/ledger/sqlite.hpp"

namespace lgtmwatch {

// Makes the tables of a new file, and those that an older one lacks; an error where the file is broken, is none of ours
// or is of a newer version.
Result<void> prepare_ledger(Database& database, const std::string& file);

Result<std::vector<KeptRoute>> read_routes(Database& database);
Result<std::vector<KeptCanary>> read_canaries(Database& database);

// Of each route the oldest first.
Result<std::vector<std::pair<CanaryRouteName, OldCanary>>> read_old_canaries(Database& database);

Result<void> put_route(Database& database, const KeptRoute& route);
Result<void> put_canary(Database& database, const KeptCanary& canary);
Result<void> remove_canary(Database& database, const KeptCanary& canary);
Result<void> put_old_canary(Database& database, const CanaryRouteName& route, const OldCanary& canary);
Result<void> remove_old_canary(Database& database, const CanaryRouteName& route, const OldCanary& canary);
Result<void> remove_route(Database& database, const CanaryRouteName& route);
Result<void> remove_all(Database& database);

}  // namespace lgtmwatch
