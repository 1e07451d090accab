#include "daemon/watch.hpp"

#include <fmt/format.h>

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "daemon/base/who_is_asked.hpp"
#include "diagnosis/verdict.hpp"
#include "probes/registry.hpp"

namespace lgtmwatch {
namespace {

ProbeFacts facts_of(const ProbePlan& plan) {
  ProbeFacts facts;
  facts.probe = plan.probe;
  facts.target = plan.target;
  facts.component = plan.component;
  facts.address = plan.endpoint.url.address();
  facts.question = who_is_asked(plan.endpoint);
  if (!plan.about.empty()) facts.question += " " + plan.about;
  return facts;
}

bool says_not_ready(const RunRecord& run) {
  const auto* readiness = run.found ? std::get_if<Readiness>(&*run.found) : nullptr;
  return readiness && !readiness->ready;
}

struct Running {
  explicit Running(bool& flag_) : flag(flag_) { flag = true; }
  ~Running() { flag = false; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  bool& flag;
};

RunRecord broken_run(const Probe& probe, const std::exception& bug, WallTime at) {
  RunRecord record(Error(Phase::content, Reason::internal, probe.plan().id() + " failed: " + bug.what(),
                         "this is a bug of lgtmwatch; please report it"));
  record.at = at;
  return record;
}

}  // namespace

Watch::Watch(const Plan& plan, Clients clients, const Clock& clock, int confirmations)
    : clients_(clients), clock_(clock), store_(judge_stack, confirmations) {
  for (const auto& stack : plan.stacks) {
    const auto index = store_.add_stack(std::make_shared<const StackPlan>(stack));
    for (std::size_t i = 0; i < stack.canaries.size(); ++i) canaries_.emplace_back(index, i);
    for (auto& probe : make_probes(stack)) {
      const auto place = store_.add_probe(index, facts_of(probe->plan()));
      entries_.push_back({std::move(probe), place, false, false, false, clock_.now()});
    }
  }
}

Schedule Watch::schedule() const {
  Schedule schedule;
  for (const auto& entry : entries_) {
    schedule.ids.push_back(entry.probe->plan().id());
    schedule.intervals.push_back(entry.probe->plan().interval);
  }
  return schedule;
}

boost::asio::awaitable<void> Watch::run(std::size_t index) {
  auto& entry = entries_[index];
  if (entry.is_running) co_return;
  const Running running(entry.is_running);
  std::optional<RunRecord> record;
  try {
    auto run = co_await run_probe(*entry.probe, clients_, clock_);
    record = std::move(run);
  } catch (const boost::system::system_error& error) {
    if (error.code() == boost::asio::error::operation_aborted) throw;
    record = broken_run(*entry.probe, error, clock_.wall());
  } catch (const std::exception& bug) {
    record = broken_run(*entry.probe, bug, clock_.wall());
  }
  entry.ended = clock_.now();
  entry.says_not_ready = says_not_ready(*record);
  entry.has_read_counters = entry.probe->plan().reads_counters && record->found;
  store_.record(entry.place, std::move(*record));
}

boost::asio::awaitable<void> Watch::run_at_once(std::vector<std::size_t> chosen) {
  auto executor = co_await boost::asio::this_coro::executor;
  TaskGroup tasks(executor, nullptr);
  for (const auto index : chosen) tasks.spawn(run(index));
  at_once_ = &tasks;
  co_await tasks.join();
  at_once_ = nullptr;
}

// join() is not cancelled with who waits for it, so that the runs are reached only in this way.
void Watch::cancel_runs_at_once() {
  if (at_once_) at_once_->cancel();
}

std::optional<std::size_t> Watch::find(std::string_view id) const {
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].probe->plan().id() == id) return i;
  return std::nullopt;
}

std::vector<std::size_t> Watch::all_probes() const {
  std::vector<std::size_t> all(entries_.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  return all;
}

std::vector<std::size_t> Watch::not_ready_yet() const {
  std::vector<std::size_t> waiting;
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].says_not_ready) waiting.push_back(i);
  return waiting;
}

bool Watch::checks_canary(std::size_t route) const {
  const auto [stack, place] = canaries_[route];
  const auto& shown = store_.snapshot()->stacks;
  if (stack >= shown.size() || place >= shown[stack]->verdict.canaries.size()) return true;
  return shown[stack]->verdict.canaries[place].checked;
}

std::optional<std::string> Watch::what_stands() const {
  for (const auto& entry : entries_) {
    const auto& plan = entry.probe->plan();
    const auto since = clock_.now() - entry.ended;
    if (since > 3 * plan.interval + plan.timeout)
      return fmt::format("the probe {} has not ended for {}, its interval is {}", plan.id(), format_age(since),
                         format_duration(plan.interval));
  }
  return std::nullopt;
}

std::vector<std::size_t> Watch::have_read_counters() const {
  std::vector<std::size_t> counting;
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].has_read_counters) counting.push_back(i);
  return counting;
}

}  // namespace lgtmwatch
