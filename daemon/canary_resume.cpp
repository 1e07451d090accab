// What the keeper knows of earlier processes: by the ledger, or by what is found.
#include <algorithm>

#include "daemon/canary_keeper.hpp"
#include "daemon/canary_life.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr const char* evidence_of_a_restart = "written before lgtmwatch was started again";

constexpr Duration until_searchable = std::chrono::seconds(35);  // Tempo's search is half a minute behind

// To show a canary on /metrics once more makes no duplicate; not to show it makes one of which nobody could know.
bool may_be_shown_again(const CanaryRoutePlan& route, const CanaryState& state, Duration age) {
  return route.entrance == CanaryEntrance::scrape && !state.acknowledged && !state.seen_at_age &&
         age < route.patience.deadline;
}

}  // namespace

void CanaryKeeper::go_on_with(const KeptLedger& earlier) {
  for (const auto& kept : earlier.routes) {
    const auto found = known_.find(kept.name);
    if (found == known_.end()) continue;
    found->second->next_sequence = kept.next_sequence;
    found->second->tally = kept.tally;
    found->second->is_kept = true;
  }
  for (const auto& [name, old] : earlier.old) {
    const auto found = known_.find(name);
    if (found != known_.end()) found->second->old.remember(old);
  }
  for (const auto& kept : earlier.canaries) {
    const auto found = known_.find(kept.route);
    if (found != known_.end()) resume(found->second, kept);
  }
}

// Its age comes from the wall clock, but is never less than it was already.
void CanaryKeeper::resume(const std::shared_ptr<Route>& route, const KeptCanary& kept) {
  const auto age = std::max<Duration>(kept.age, outside_.clock.wall() - kept.written);
  auto life = std::make_shared<Life>(route, kept.form, outside_.clock.now() - age, kept.state);
  life->canary.id.run = kept.run;
  life->canary.id.sequence = kept.sequence;
  life->canary.written = kept.written;
  life->report.written = kept.written;
  life->report.acknowledged = kept.state.acknowledged;
  life->report.seen = kept.state.seen_at_age.has_value();
  life->report.visible_after = life->machine.visible_after();
  life->report.evidence = {evidence_of_a_restart};
  life->is_resumed = true;
  if (!life->report.seen) life->record().unseen.emplace(kept.sequence, outside_.clock.wall() - age);
  publish(*life);
  if (kept.read_from == life->where_read()) {
    CanaryEvent event = canary_event::Resumed();
    if (may_be_shown_again(*life->plan, kept.state, age)) event = canary_event::Begun();
    following_.spawn(follow(std::move(life), event));
  } else {
    life->report.trouble = Life::for_another_backend;
    settle(*life, CanaryOutcome::unknown);
  }
}

void CanaryKeeper::look_for_earlier() {
  for (const auto& route : routes_) {
    if (route->is_kept || route->plan->entrance == CanaryEntrance::file) continue;
    const auto now = std::chrono::floor<std::chrono::milliseconds>(outside_.clock.wall());  // as samples are stamped
    const EarlierCanaries earlier{route->name.stack, route->name.route, now - route->plan->patience.lost_after, now};
    following_.spawn(adopt(route, outside_.clock.now(), earlier));
  }
}

// Not before what was on its way has arrived; again where it could not be asked.
asio::awaitable<void> CanaryKeeper::adopt(std::shared_ptr<Route> route, Tick started, EarlierCanaries earlier) {
  const auto plan = route->plan;
  const auto first =
      plan->signal == Signal::traces ? std::max(plan->patience.deadline, until_searchable) : plan->patience.deadline;
  for (auto at = started + first; at <= started + plan->patience.horizon; at += plan->interval) {
    co_await outside_.clock.sleep_until(at);
    const auto found = co_await find_earlier_canaries(outside_, *plan, earlier);
    co_await stop_if_cancelled();
    ++route->tally.reads;
    if (!found) continue;
    route->tally.adopted += *found;
    changed_.insert(route->name.stack);
    co_return;
  }
}

}  // namespace lgtmwatch
