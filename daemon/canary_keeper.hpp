// CanaryKeeper: writes canaries on every route, follows each until it is settled, and keeps the tally.
//
// A canary belongs to a route of a stack (stack, signal, route). When the configuration changes, the tallies of routes
// that stay go on, those in flight are followed to their end, and new canaries are of a new run. The same holds for a
// restart, as far as the ledger has kept them.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/base/task_group.hpp"
#include "daemon/canary_route_state.hpp"
#include "daemon/ledger/canary_ledger.hpp"
#include "daemon/model/canary.hpp"
#include "daemon/model/plan.hpp"
#include "daemon/schedule/scheduler.hpp"
#include "daemon/status/store.hpp"
#include "probes/canary/canary_adoption.hpp"
#include "probes/canary/canary_machine.hpp"
#include "probes/canary/canary_reader.hpp"
#include "probes/canary/canary_route.hpp"

namespace lgtmwatch {

class CanaryKeeper {
 public:
  using NewRun = std::function<std::string()>;  // eight hex digits that no other run has

  CanaryKeeper(boost::asio::any_io_executor executor, CanaryOutside outside, CanaryLedger& ledger, NewRun new_run,
               TaskGroup::OnFailure on_failure);

  void apply(const Plan& plan);
  // The windows of the stack from now on, in place of those of the plan.
  void set_maintenance(const std::string& stack, const Maintenance& windows);
  // Counts what is found of earlier runs, once, on the routes of which the ledger has kept nothing.
  void look_for_earlier();
  // One entry a route; its number is what begin() takes.
  Schedule schedule() const;
  // Begins one canary, which is written and followed in a task of its own: a plain one, or one of a form that is due.
  // Nothing is written while too many are in flight, the stack has just said that it is overloaded, or maintenance
  // pauses it.
  void begin(std::size_t route);
  // Of the routes of a stack, in the order of its plan.
  std::vector<CanaryRouteFacts> facts(const std::string& stack) const;
  // The stacks whose facts have changed since this was asked the last time.
  std::set<std::string> take_changed() { return std::exchange(changed_, {}); }
  // A scrape of /metrics has shown this.
  void note_scrape(const Snapshot& shown);
  bool all_settled() const { return following_.size() == 0; }

  void cancel() { following_.cancel(); }
  boost::asio::awaitable<void> join() { return following_.join(); }

 private:
  using Record = CanaryRecord;
  using Route = CanaryRouteState;
  struct Life;

  void plan_forms(Route& route) const;
  CanaryForm next_form(Route& route) const;
  void retry_soon(Life& life, CanaryOutcome outcome) const;
  void go_on_with(const KeptLedger& earlier);
  void resume(const std::shared_ptr<Route>& route, const KeptCanary& kept);
  boost::asio::awaitable<void> adopt(std::shared_ptr<Route> route, Tick started, EarlierCanaries earlier);
  boost::asio::awaitable<void> follow(std::shared_ptr<Life> life, CanaryEvent event);
  boost::asio::awaitable<CanaryWriteRun> send(Life& life);
  boost::asio::awaitable<CanaryEvent> write_of(Life& life);
  boost::asio::awaitable<CanaryEvent> read_of(Life& life);
  void note_sight(const std::shared_ptr<Life>& life);
  void begin_looks(const std::shared_ptr<Life>& life);
  boost::asio::awaitable<void> look(std::shared_ptr<Life> life, std::size_t which);
  void note_look(Route& route, CanaryLook look, CanaryLookResult result) const;
  void remember(const Life& life);
  void begin_reread(const std::shared_ptr<Route>& route);
  boost::asio::awaitable<void> reread(std::shared_ptr<Life> life, OldCanaries::Due due);
  void settle(Life& life, CanaryOutcome outcome);
  void count_as_written(Life& life);
  void keep(const Life& life);
  static void publish(Life& life);
  static CanaryFormFacts facts_of(CanaryForm form, const Record& record);
  Duration age_of(const Life& life) const;

  CanaryOutside outside_;
  CanaryLedger& ledger_;
  KeptLedger earlier_;  // until the first plan is known
  NewRun new_run_;
  std::string run_;
  std::map<CanaryRouteName, std::shared_ptr<Route>> known_;
  std::vector<std::shared_ptr<Route>> routes_;
  std::set<std::string> changed_;
  TaskGroup following_;
};

// Hands the facts that have changed to the store.
void show_canaries(CanaryKeeper& keeper, StatusStore& store);

// Eight hex digits by chance.
std::string new_canary_run();

}  // namespace lgtmwatch
