#include "daemon/canary_keeper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "daemon/canary_life.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr std::size_t most_in_flight = 128;  // of one route; beyond it none is written
constexpr std::size_t kept_outcomes = 2;
constexpr std::size_t kept_latencies = 30;
constexpr int intervals_of_quiet = 5;  // after the stack said that it is overloaded

// An old one that is settled late does not hide what became of newer ones.
template <class Value>
void keep_newest(BySequence<Value>& kept, std::uint64_t sequence, Value value, std::size_t most) {
  kept.insert_or_assign(sequence, value);
  if (kept.size() > most) kept.erase(std::prev(kept.end()));
}

CanaryRouteName name_of(const std::string& stack, const CanaryRoutePlan& route) {
  return {stack, route.signal, route.route};
}

bool is_planned(const CanaryRoutePlan& route, CanaryForm form) {
  return std::any_of(route.forms.begin(), route.forms.end(), [&](const auto& each) { return each.form == form; });
}

bool is_planned(const CanaryRoutePlan& route, const std::string& look) {
  const auto is_it = [&](const CanaryLookPlan& each) { return each.name == look; };
  return std::any_of(route.looks.begin(), route.looks.end(), is_it) ||
         std::any_of(route.rereads.begin(), route.rereads.end(), is_it);
}

}  // namespace

CanaryKeeper::CanaryKeeper(asio::any_io_executor executor, CanaryOutside outside, CanaryLedger& ledger, NewRun new_run,
                           TaskGroup::OnFailure on_failure)
    : outside_(outside),
      ledger_(ledger),
      earlier_(ledger.kept()),
      new_run_(std::move(new_run)),
      following_(std::move(executor), std::move(on_failure)) {}

void CanaryKeeper::apply(const Plan& plan) {
  run_ = new_run_();
  auto before = std::exchange(known_, {});
  for (auto& [name, route] : before) route->planned = false;
  routes_.clear();
  std::vector<CanaryRouteName> names;
  for (const auto& stack : plan.stacks) {
    for (const auto& planned : stack.canaries) {
      const auto name = name_of(stack.name, planned);
      const auto found = before.find(name);
      auto route = found == before.end() ? std::make_shared<Route>() : found->second;
      route->name = name;
      const bool reads_elsewhere = route->plan && Life::where_read(*route->plan) != Life::where_read(planned);
      if (reads_elsewhere) route->records.clear();  // what became of the others says nothing of this backend
      route->plan = std::make_shared<const CanaryRoutePlan>(planned);
      route->planned = true;
      route->maintenance = stack.maintenance;
      plan_forms(*route);
      known_.emplace(name, route);
      routes_.push_back(std::move(route));
      names.push_back(name);
    }
    changed_.insert(stack.name);
  }
  ledger_.forget_all_but(names);
  go_on_with(std::exchange(earlier_, {}));
}

Schedule CanaryKeeper::schedule() const {
  Schedule schedule;
  for (const auto& route : routes_) {
    const auto& [stack, signal, name] = route->name;
    schedule.ids.push_back(fmt::format("{}/canary/{}/{}", stack, to_string(signal), name));
    schedule.intervals.push_back(route->plan->interval);
  }
  return schedule;
}

void CanaryKeeper::begin(std::size_t index) {
  const auto route = routes_[index];
  if (outside_.clock.now() < route->quiet_until) return;
  begin_reread(route);
  if (route->tally.in_flight() >= most_in_flight) return;
  if (canaries_paused_until(route->maintenance, route->plan->signal, outside_.clock.wall())) return;
  auto life = std::make_shared<Life>(route, next_form(*route), outside_.clock.now());
  life->canary.id.run = run_;
  life->canary.id.sequence = route->next_sequence++;
  life->canary.written = outside_.clock.wall();
  life->report.written = life->canary.written;
  following_.spawn(follow(std::move(life), canary_event::Begun()));
}

// What is kept is kept before the write and after all that the machine has learned, never between.
asio::awaitable<void> CanaryKeeper::follow(std::shared_ptr<Life> life, CanaryEvent event) {
  while (true) {
    const auto action = life->machine.next(event, age_of(*life));
    note_sight(life);
    if (const auto* settled = std::get_if<canary_action::Settle>(&action)) {
      settle(*life, settled->outcome);
      co_return;
    }
    if (const auto* wait = std::get_if<canary_action::Wait>(&action)) {
      keep(*life);
      co_await outside_.clock.sleep_until(life->born + wait->until_age);
      event = canary_event::Woken();
    } else if (std::holds_alternative<canary_action::Write>(action)) {
      count_as_written(*life);
      keep(*life);
      event = co_await write_of(*life);
    } else if (life->is_for_another_backend()) {
      life->report.trouble = Life::for_another_backend;
      settle(*life, CanaryOutcome::unknown);
      co_return;
    } else {
      event = co_await read_of(*life);
    }
  }
}

// One that never came so far is not counted, so that nothing is known of it after a restart.
void CanaryKeeper::count_as_written(Life& life) {
  auto& route = *life.route;
  changed_.insert(route.name.stack);
  if (life.is_resumed) return;
  ++route.tally.written;
  if (life.begins_a_series()) ++route.tally.series;
  life.record().unseen.emplace(life.canary.id.sequence, life.canary.written);
  if (!life.record().last) publish(life);
}

void CanaryKeeper::keep(const Life& life) {
  if (life.route->planned) ledger_.keep(life.kept_route(), life.kept(age_of(life)));
}

asio::awaitable<CanaryWriteRun> CanaryKeeper::send(Life& life) {
  if (life.plan->entrance == CanaryEntrance::scrape)
    return life.route->exposure.expose(outside_.clock, life.canary, life.born + life.plan->patience.deadline);
  return write_canary(outside_, *life.plan, life.canary);
}

asio::awaitable<CanaryEvent> CanaryKeeper::write_of(Life& life) {
  const auto run = co_await send(life);
  co_await stop_if_cancelled();
  auto& route = *life.route;
  const auto took = age_of(life);
  route.tally.bytes += run.bytes;
  if (run.written.overload && life.form == CanaryForm::plain)
    route.quiet_until = outside_.clock.now() + intervals_of_quiet * life.plan->interval;
  const bool acknowledged = run.written.kind == CanaryWritten::Kind::acknowledged;
  if (acknowledged && !life.is_resumed) {
    route.tally.write_seconds.observe(took);
    life.report.write_took = took;
  }
  life.report.acknowledged = acknowledged;
  life.report.no_door = run.written.no_door;
  life.report.log_unreadable = run.log_unreadable;
  life.report.trouble = run.written.why;
  life.report.evidence = {run.evidence};
  changed_.insert(life.route->name.stack);
  co_return event_of(run);
}

asio::awaitable<CanaryEvent> CanaryKeeper::read_of(Life& life) {
  const auto run = co_await read_canary(outside_, *life.plan, usual_read(life.plan->signal), life.canary);
  co_await stop_if_cancelled();
  ++life.route->tally.reads;
  life.report.evidence.resize(1);
  life.report.evidence.push_back(run.evidence);
  if (!run.sight) life.report.trouble = run.sight.error().what;
  if (life.machine.is_overdue(age_of(life))) publish(life);
  changed_.insert(life.route->name.stack);
  co_return event_of(run);
}

// The histogram gets the moment at which it was first seen, once.
void CanaryKeeper::note_sight(const std::shared_ptr<Life>& life) {
  auto& route = *life->route;
  auto& record = life->record();
  if (!life->machine.state().seen_at_age || record.unseen.erase(life->canary.id.sequence) == 0) return;
  keep_newest(record.came_back, life->canary.id.sequence, life->canary.written, kept_outcomes);
  const auto after = life->machine.visible_after();
  if (after) {
    route.tally.visible_seconds[usual_read(life->plan->signal)].observe(*after);
    keep_newest(record.latencies, life->canary.id.sequence, *after, kept_latencies);
  }
  life->report.seen = true;
  life->report.visible_after = after;
  publish(*life);
  begin_looks(life);
}

void CanaryKeeper::settle(Life& life, CanaryOutcome outcome) {
  ++life.route->tally[outcome];
  auto& record = life.record();
  keep_newest(record.recent, life.canary.id.sequence, outcome, kept_outcomes);
  record.unseen.erase(life.canary.id.sequence);
  retry_soon(life, outcome);
  life.report.outcome = outcome;
  publish(life);
  remember(life);
  changed_.insert(life.route->name.stack);
  if (life.route->planned) ledger_.settle(life.kept_route(), life.kept(age_of(life)));
}

// An older one does not take the place of a newer one.
void CanaryKeeper::publish(Life& life) {
  auto& record = life.record();
  if (record.last && record.last_sequence > life.canary.id.sequence) return;
  record.last = life.report;
  record.last_sequence = life.canary.id.sequence;
}

Duration CanaryKeeper::age_of(const Life& life) const { return outside_.clock.now() - life.born; }

void CanaryKeeper::set_maintenance(const std::string& stack, const Maintenance& windows) {
  for (const auto& route : routes_)
    if (route->name.stack == stack) route->maintenance = windows;
}

CanaryFormFacts CanaryKeeper::facts_of(CanaryForm form, const Record& record) {
  CanaryFormFacts facts;
  facts.form = form;
  for (const auto& [sequence, written] : record.unseen) facts.unseen.push_back(written);
  facts.last = record.last;
  for (const auto& [sequence, written] : record.came_back) facts.came_back.push_back(written);
  for (const auto& [sequence, outcome] : record.recent) facts.recent.push_back(outcome);
  for (const auto& [sequence, latency] : record.latencies) facts.latencies.push_back(latency);
  return facts;
}

std::vector<CanaryRouteFacts> CanaryKeeper::facts(const std::string& stack) const {
  std::vector<CanaryRouteFacts> facts;
  for (const auto& route : routes_) {
    if (route->name.stack != stack) continue;
    CanaryRouteFacts one;
    one.plan = route->plan;
    one.tally = route->tally;
    for (const auto& [form, record] : route->records) {
      if (form == CanaryForm::plain) {
        static_cast<CanaryFormFacts&>(one) = facts_of(form, record);
      } else if (is_planned(*route->plan, form)) {
        one.other_forms.push_back(facts_of(form, record));
      }
    }
    for (const auto& [name, record] : route->looks)
      if (is_planned(*route->plan, name)) one.looks.push_back(record.last);
    one.exposed = route->exposure.shown();
    facts.push_back(std::move(one));
  }
  return facts;
}

void CanaryKeeper::note_scrape(const Snapshot& shown) {
  for (const auto& stack : shown.stacks) {
    for (const auto& facts : stack->facts.canaries) {
      if (!facts.exposed) continue;
      const auto route = known_.find(name_of(stack->facts.plan->name, *facts.plan));
      if (route != known_.end()) route->second->exposure.note_scrape(*facts.exposed);
    }
  }
}

void show_canaries(CanaryKeeper& keeper, StatusStore& store) {
  for (const auto& stack : keeper.take_changed()) store.set_canaries(stack, keeper.facts(stack));
}

std::string new_canary_run() { return fmt::format("{:08x}", std::random_device()()); }

}  // namespace lgtmwatch
