// Watch: the probes of a plan and the store of what they found; what `run` and `verify` have in common.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "daemon/base/clock.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/schedule/scheduler.hpp"
#include "daemon/status/store.hpp"
#include "probes/probe.hpp"

namespace lgtmwatch {

class Watch {
 public:
  // confirmations: how many bad runs in a row count (daemon/status/health.hpp). the clients and the clock must outlive
  // it.
  Watch(const Plan& plan, Clients clients, const Clock& clock, int confirmations);

  Schedule schedule() const;
  StatusStore& store() { return store_; }
  // What `before` knew of the probes that are here too goes on. Before the first run.
  void take_over(const Watch& before) { store_.take_over(before.store_); }

  // Runs the probe of that number in schedule() and records it. Throws only when it is cancelled. Does nothing while
  // the probe is running.
  boost::asio::awaitable<void> run(std::size_t probe);
  // Runs the chosen probes once, all at the same time. Cancelled runs leave nothing recorded.
  boost::asio::awaitable<void> run_at_once(std::vector<std::size_t> chosen);
  void cancel_runs_at_once();

  // The number of the probe of that id.
  std::optional<std::size_t> find(std::string_view id) const;
  bool is_running(std::size_t probe) const { return entries_[probe].is_running; }
  std::vector<std::size_t> all_probes() const;
  // Those whose last run found a component that says that it is not ready yet.
  std::vector<std::size_t> not_ready_yet() const;
  // Whether the last snapshot has the route, by its number in the plan, as one that is checked.
  bool checks_canary(std::size_t route) const;
  // The probe that has not ended for much longer than its interval allows, in a sentence; nothing where all keep up.
  std::optional<std::string> what_stands() const;
  // Those whose last run has read counters, which tell nothing before they are read again.
  std::vector<std::size_t> have_read_counters() const;

 private:
  struct Entry {
    std::unique_ptr<Probe> probe;
    StatusStore::Place place;
    bool says_not_ready = false;
    bool has_read_counters = false;
    bool is_running = false;
    Tick ended;  // or begun to be watched
  };

  Clients clients_;
  const Clock& clock_;
  StatusStore store_;
  std::vector<Entry> entries_;
  std::vector<std::pair<std::size_t, std::size_t>>
      canaries_;                  // of each route of the plan: its stack, and its place there
  TaskGroup* at_once_ = nullptr;  // while run_at_once is running
};

}  // namespace lgtmwatch
