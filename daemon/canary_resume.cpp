// What the keeper knows of an earlier process by the ledger.
#include <algorithm>

#include "daemon/canary_keeper.hpp"
#include "daemon/canary_life.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr const char* evidence_of_a_restart = "written before lgtmwatch was started again";

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
    life->report.trouble = "it was written for another backend or tenant than the configuration names now";
    settle(*life, CanaryOutcome::unknown);
  }
}

}  // namespace lgtmwatch
