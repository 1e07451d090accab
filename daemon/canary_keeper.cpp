#include "daemon/canary_keeper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr std::size_t most_in_flight = 128;  // of one route; beyond it none is written
constexpr std::size_t kept_outcomes = 2;
constexpr int intervals_of_quiet = 5;      // after the stack said that it is overloaded
constexpr int intervals_until_retry = 5;   // of a form whose last canary went wrong
constexpr std::size_t filler = 3'500'000;  // bytes; gRPC servers take messages of 4 MiB by default

std::string name_of(const std::string& stack, const CanaryRoutePlan& route) {
  return fmt::format("{}/canary/{}/{}", stack, to_string(route.signal), route.route);
}

bool is_planned(const CanaryRoutePlan& route, CanaryForm form) {
  return std::any_of(route.forms.begin(), route.forms.end(), [&](const auto& each) { return each.form == form; });
}

wire::Canary canary_of(const CanaryRoutePlan& route, CanaryForm form) {
  wire::Canary canary;
  canary.labels = route.labels;
  canary.fresh_label = form == CanaryForm::fresh_label;
  canary.filler = form == CanaryForm::large ? filler : 0;
  canary.unordered = form == CanaryForm::unordered;
  return canary;
}

}  // namespace

struct CanaryKeeper::Life {
  Life(std::shared_ptr<Route> route_, CanaryForm form_, Tick born_)
      : route(std::move(route_)), form(form_), plan(route->plan), machine(plan->patience), born(born_) {}

  Record& record() { return route->records[form]; }

  std::shared_ptr<Route> route;
  CanaryForm form;
  std::shared_ptr<const CanaryRoutePlan> plan;  // as it was when it was written
  CanaryMachine machine;
  Tick born;
  wire::Canary canary;
  CanaryReport report;
};

CanaryKeeper::CanaryKeeper(asio::any_io_executor executor, CanaryOutside outside, NewRun new_run,
                           TaskGroup::OnFailure on_failure)
    : outside_(outside), new_run_(std::move(new_run)), following_(std::move(executor), std::move(on_failure)) {}

void CanaryKeeper::apply(const Plan& plan) {
  run_ = new_run_();
  auto before = std::move(known_);
  known_.clear();
  routes_.clear();
  for (const auto& stack : plan.stacks) {
    for (const auto& planned : stack.canaries) {
      const auto name = name_of(stack.name, planned);
      const auto found = before.find(name);
      auto route = found == before.end() ? std::make_shared<Route>() : found->second;
      route->stack = stack.name;
      route->plan = std::make_shared<const CanaryRoutePlan>(planned);
      plan_forms(*route);
      known_.emplace(name, route);
      routes_.push_back(std::move(route));
    }
    changed_.insert(stack.name);
  }
}

Schedule CanaryKeeper::schedule() const {
  Schedule schedule;
  for (const auto& route : routes_) {
    schedule.ids.push_back(name_of(route->stack, *route->plan));
    schedule.intervals.push_back(route->plan->interval);
  }
  return schedule;
}

void CanaryKeeper::begin(std::size_t index) {
  const auto route = routes_[index];
  if (route->tally.in_flight() >= most_in_flight || outside_.clock.now() < route->quiet_until) return;
  auto life = std::make_shared<Life>(route, next_form(*route), outside_.clock.now());
  life->canary = canary_of(*route->plan, life->form);
  life->canary.id = {run_, route->plan->route, route->next_sequence++};
  life->canary.stack = route->stack;
  life->canary.written = outside_.clock.wall();
  ++route->tally.written;
  life->record().unseen.emplace(life->canary.id.sequence, life->canary.written);
  life->report.written = life->canary.written;
  if (!life->record().last) publish(*life);
  changed_.insert(route->stack);
  following_.spawn(follow(std::move(life)));
}

// The first of each form come one after the other, so that a restart does not begin with all of them at once.
void CanaryKeeper::plan_forms(Route& route) const {
  const auto now = outside_.clock.now();
  auto first = now;
  for (const auto& each : route.plan->forms) {
    first += route.plan->interval;
    const auto [record, is_new] = route.records.try_emplace(each.form);
    record->second.due = is_new ? first : std::min(record->second.due, now + each.every);
  }
}

CanaryForm CanaryKeeper::next_form(Route& route) const {
  const auto now = outside_.clock.now();
  for (const auto& each : route.plan->forms) {
    auto& record = route.records[each.form];
    if (now < record.due || !record.unseen.empty()) continue;
    record.due = now + each.every;
    return each.form;
  }
  return CanaryForm::plain;
}

asio::awaitable<void> CanaryKeeper::follow(std::shared_ptr<Life> life) {
  CanaryEvent event = canary_event::Begun();
  while (true) {
    const auto action = life->machine.next(event, age_of(*life));
    note_sight(*life);
    if (const auto* settled = std::get_if<canary_action::Settle>(&action)) {
      settle(*life, settled->outcome);
      co_return;
    }
    if (const auto* wait = std::get_if<canary_action::Wait>(&action)) {
      co_await outside_.clock.sleep_until(life->born + wait->until_age);
      event = canary_event::Woken();
    } else if (std::holds_alternative<canary_action::Write>(action)) {
      event = co_await write_of(*life);
    } else {
      event = co_await read_of(*life);
    }
  }
}

asio::awaitable<CanaryWriteRun> CanaryKeeper::send(Life& life) {
  if (life.plan->entrance == CanaryEntrance::scrape)
    return life.route->exposure.expose(outside_.clock, life.canary, life.born + life.plan->patience.deadline);
  return write_canary(outside_, *life.plan, life.canary);
}

asio::awaitable<CanaryEvent> CanaryKeeper::write_of(Life& life) {
  const auto run = co_await send(life);
  auto& route = *life.route;
  const auto took = age_of(life);
  route.tally.bytes += run.bytes;
  if (run.written.overload && life.form == CanaryForm::plain)
    route.quiet_until = outside_.clock.now() + intervals_of_quiet * life.plan->interval;
  const bool acknowledged = run.written.kind == CanaryWritten::Kind::acknowledged;
  if (acknowledged) route.tally.write_seconds.observe(took);
  life.report.acknowledged = acknowledged;
  life.report.no_door = run.written.no_door;
  if (acknowledged) life.report.write_took = took;
  life.report.trouble = run.written.why;
  life.report.evidence = {run.evidence};
  changed_.insert(life.route->stack);
  co_return event_of(run);
}

asio::awaitable<CanaryEvent> CanaryKeeper::read_of(Life& life) {
  const auto run = co_await read_canary(outside_, *life.plan, life.canary);
  life.report.evidence.resize(1);
  life.report.evidence.push_back(run.evidence);
  if (!run.sight) life.report.trouble = run.sight.error().what;
  if (life.machine.is_overdue(age_of(life))) publish(life);
  changed_.insert(life.route->stack);
  co_return event_of(run);
}

// The histogram gets the moment at which it was first seen, once.
void CanaryKeeper::note_sight(Life& life) {
  auto& route = *life.route;
  if (!life.machine.state().seen_at_age || life.record().unseen.erase(life.canary.id.sequence) == 0) return;
  const auto read = life.plan->signal == Signal::traces ? CanaryRead::id : CanaryRead::query;
  const auto after = life.machine.visible_after();
  if (after) route.tally.visible_seconds[read].observe(*after);
  life.report.seen = true;
  life.report.visible_after = after;
  publish(life);
}

void CanaryKeeper::settle(Life& life, CanaryOutcome outcome) {
  ++life.route->tally[outcome];
  auto& record = life.record();
  record.recent.insert(record.recent.begin(), outcome);
  if (record.recent.size() > kept_outcomes) record.recent.pop_back();
  record.unseen.erase(life.canary.id.sequence);
  retry_soon(life, outcome);
  life.report.outcome = outcome;
  publish(life);
  changed_.insert(life.route->stack);
}

// So that the trouble of a form is confirmed, or over, long before its next is due; ever rarer while it goes on.
void CanaryKeeper::retry_soon(Life& life, CanaryOutcome outcome) const {
  auto& record = life.record();
  record.retry_after = outcome == CanaryOutcome::visible        ? Duration::zero()
                       : record.retry_after == Duration::zero() ? intervals_until_retry * life.plan->interval
                                                                : 2 * record.retry_after;
  if (record.retry_after > Duration::zero())
    record.due = std::min(record.due, outside_.clock.now() + record.retry_after);
}

// An older one does not take the place of a newer one.
void CanaryKeeper::publish(Life& life) {
  auto& record = life.record();
  if (record.last && record.last_sequence > life.canary.id.sequence) return;
  record.last = life.report;
  record.last_sequence = life.canary.id.sequence;
}

Duration CanaryKeeper::age_of(const Life& life) const { return outside_.clock.now() - life.born; }

CanaryFormFacts CanaryKeeper::facts_of(CanaryForm form, const Record& record) {
  CanaryFormFacts facts;
  facts.form = form;
  for (const auto& [sequence, written] : record.unseen) facts.unseen.push_back(written);
  facts.last = record.last;
  facts.recent = record.recent;
  return facts;
}

std::vector<CanaryRouteFacts> CanaryKeeper::facts(const std::string& stack) const {
  std::vector<CanaryRouteFacts> facts;
  for (const auto& route : routes_) {
    if (route->stack != stack) continue;
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

bool CanaryKeeper::all_settled() const {
  return std::all_of(routes_.begin(), routes_.end(), [](const auto& route) { return route->tally.in_flight() == 0; });
}

}  // namespace lgtmwatch
