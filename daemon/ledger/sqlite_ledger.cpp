#include "daemon/ledger/sqlite_ledger.hpp"

#include <algorithm>

#include "daemon/ledger/ledger_rows.hpp"

namespace lgtmwatch {
namespace {

constexpr auto between_tries = std::chrono::seconds(5);

}  // namespace

Result<std::unique_ptr<SqliteLedger>> SqliteLedger::open(const std::string& file, const Clock& clock) {
  auto database = Database::open(file);
  if (!database) return database.error();
  const auto prepared = prepare_ledger(*database, file);
  if (!prepared) return prepared.error();
  std::unique_ptr<SqliteLedger> ledger(new SqliteLedger(std::move(*database), clock));
  const auto read = ledger->read_all();
  if (!read) return read.error();
  return ledger;
}

Result<void> SqliteLedger::read_all() {
  auto routes = read_routes(database_);
  if (!routes) return routes.error();
  auto canaries = read_canaries(database_);
  if (!canaries) return canaries.error();
  auto old = read_old_canaries(database_);
  if (!old) return old.error();
  for (auto& route : *routes) routes_.insert_or_assign(route.name, std::move(route));
  for (auto& canary : *canaries) canaries_.insert_or_assign(key_of(canary), std::move(canary));
  for (auto& [route, canary] : *old) old_.insert_or_assign(OldKey(route, canary.written), std::move(canary));
  return {};
}

KeptLedger SqliteLedger::kept() const {
  KeptLedger kept;
  for (const auto& [name, route] : routes_) kept.routes.push_back(route);
  for (const auto& [key, canary] : canaries_) kept.canaries.push_back(canary);
  for (const auto& [key, canary] : old_) kept.old.emplace_back(std::get<CanaryRouteName>(key), canary);
  return kept;
}

void SqliteLedger::forget_all_but(const std::vector<CanaryRouteName>& routes) {
  const auto is_gone = [&](const CanaryRouteName& name) {
    return std::find(routes.begin(), routes.end(), name) == routes.end();
  };
  std::vector<CanaryRouteName> gone;
  for (const auto& [name, route] : routes_)
    if (is_gone(name)) gone.push_back(name);
  if (gone.empty()) return;
  for (const auto& name : gone) routes_.erase(name);
  std::erase_if(canaries_, [&](const auto& entry) { return is_gone(entry.second.route); });
  std::erase_if(old_, [&](const auto& entry) { return is_gone(std::get<CanaryRouteName>(entry.first)); });
  write([&]() -> Result<void> {
    for (const auto& name : gone) {
      const auto removed = remove_route(database_, name);
      if (!removed) return removed.error();
    }
    return {};
  });
}

void SqliteLedger::keep(const KeptRoute& route, const KeptCanary& canary) {
  routes_.insert_or_assign(route.name, route);
  canaries_.insert_or_assign(key_of(canary), canary);
  write([&]() -> Result<void> {
    const auto put = put_canary(database_, canary);
    if (!put) return put.error();
    return put_route(database_, route);
  });
}

void SqliteLedger::settle(const KeptRoute& route, const KeptCanary& canary) {
  routes_.insert_or_assign(route.name, route);
  canaries_.erase(key_of(canary));
  write([&]() -> Result<void> {
    const auto removed = remove_canary(database_, canary);
    if (!removed) return removed.error();
    return put_route(database_, route);
  });
}

void SqliteLedger::keep_old(const CanaryRouteName& route, const OldCanary& canary) {
  old_.insert_or_assign(OldKey(route, canary.written), canary);
  write([&] { return put_old_canary(database_, route, canary); });
}

void SqliteLedger::forget_old(const CanaryRouteName& route, const OldCanary& canary) {
  old_.erase(OldKey(route, canary.written));
  write([&] { return remove_old_canary(database_, route, canary); });
}

template <class Work>
void SqliteLedger::write(Work work) {
  if (health_.trouble && clock_.now() < next_try_) return;
  const auto done =
      health_.trouble ? database_.transaction([this] { return write_all(); }) : database_.transaction(work);
  health_.trouble.reset();
  if (done) return;
  ++health_.failed_writes;
  health_.trouble = done.error();
  next_try_ = clock_.now() + between_tries;
}

Result<void> SqliteLedger::write_all() {
  const auto emptied = remove_all(database_);
  if (!emptied) return emptied.error();
  for (const auto& [name, route] : routes_) {
    const auto put = put_route(database_, route);
    if (!put) return put.error();
  }
  for (const auto& [key, canary] : canaries_) {
    const auto put = put_canary(database_, canary);
    if (!put) return put.error();
  }
  for (const auto& [key, canary] : old_) {
    const auto put = put_old_canary(database_, std::get<CanaryRouteName>(key), canary);
    if (!put) return put.error();
  }
  return {};
}

}  // namespace lgtmwatch
