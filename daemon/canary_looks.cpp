// How the keeper looks at canaries that were seen: in other ways, and again when they are old.
#include "daemon/canary_keeper.hpp"
#include "daemon/canary_life.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kept_results = 2;

CanaryLookResult result_of(const CanaryReadRun& run) {
  if (!run.sight) return CanaryLookResult::unknown;
  if (run.sight->copies == 0) return CanaryLookResult::missing;
  return run.sight->corrupt_copies > 0 ? CanaryLookResult::corrupt : CanaryLookResult::found;
}

CanaryLook described(const std::string& name, WallTime written, const CanaryReadRun& run) {
  CanaryLook look;
  look.name = name;
  look.written = written;
  if (!run.sight) look.failure = run.sight.error();
  look.evidence = run.evidence;
  return look;
}

}  // namespace

void CanaryKeeper::begin_looks(const std::shared_ptr<Life>& life) {
  if (life->form != CanaryForm::plain) return;
  const auto& looks = life->plan->looks;
  for (std::size_t which = 0; which < looks.size(); ++which) {
    auto& record = life->route->looks[looks[which].name];
    if (outside_.clock.now() < record.due) continue;
    record.due = outside_.clock.now() + looks[which].every;
    following_.spawn(look(life, which));
  }
}

// What is missing is asked for again, until it has had its time; what cannot be asked is left to the next canary.
asio::awaitable<void> CanaryKeeper::look(std::shared_ptr<Life> life, std::size_t which) {
  const auto& plan = life->plan->looks[which];
  auto at = std::max(plan.age, age_of(*life));
  while (true) {
    co_await outside_.clock.sleep_until(life->born + at);
    const auto run = co_await read_canary(outside_, *life->plan, plan.read, life->canary);
    co_await stop_if_cancelled();
    ++life->route->tally.reads;
    const auto age = age_of(*life);
    const auto result = result_of(run);
    at = age + plan.pause;
    if (result == CanaryLookResult::missing && at <= plan.until) continue;
    auto seen = described(plan.name, life->canary.written, run);
    if (result == CanaryLookResult::found || result == CanaryLookResult::corrupt) {
      seen.visible_after = age;
      life->route->tally.visible_seconds[plan.read].observe(age);
    }
    note_look(*life->route, std::move(seen), result);
    changed_.insert(life->route->name.stack);
    co_return;
  }
}

// One that went wrong is confirmed by the next canary.
void CanaryKeeper::note_look(Route& route, CanaryLook look, CanaryLookResult result) const {
  ++route.tally.looks[look.name][result];
  auto& record = route.looks[look.name];
  look.recent = std::move(record.last.recent);
  look.recent.insert(look.recent.begin(), result);
  if (look.recent.size() > kept_results) look.recent.pop_back();
  record.last = std::move(look);
  if (result != CanaryLookResult::found) record.due = outside_.clock.now();
}

void CanaryKeeper::remember(const Life& life) {
  const bool is_whole = life.report.outcome == CanaryOutcome::visible || life.report.outcome == CanaryOutcome::late;
  if (life.form != CanaryForm::plain || !is_whole || life.plan->rereads.empty()) return;
  OldCanary old;
  old.run = life.canary.id.run;
  old.sequence = life.canary.id.sequence;
  old.written = life.canary.written;
  old.read_from = life.where_read();
  if (life.route->old.remember(old)) ledger_.keep_old(life.route->name, old);
}

void CanaryKeeper::begin_reread(const std::shared_ptr<Route>& route) {
  const auto now = outside_.clock.wall();
  auto life = std::make_shared<Life>(route, CanaryForm::plain, outside_.clock.now());
  for (const auto& gone : route->old.forget(route->plan->rereads, life->where_read(), now))
    ledger_.forget_old(route->name, gone);
  auto due = route->old.next(route->plan->rereads, now);
  if (!due) return;
  life->canary.id.run = due->canary.run;
  life->canary.id.sequence = due->canary.sequence;
  life->canary.written = due->canary.written;
  following_.spawn(reread(std::move(life), std::move(*due)));
}

asio::awaitable<void> CanaryKeeper::reread(std::shared_ptr<Life> life, OldCanaries::Due due) {
  auto& route = *life->route;
  const auto run = co_await read_canary(outside_, *life->plan, due.look.read, life->canary);
  co_await stop_if_cancelled();
  ++route.tally.reads;
  const auto result = result_of(run);
  const auto judged = route.old.judge(due, result, outside_.clock.wall());
  if (!judged) co_return;
  ledger_.keep_old(route.name, *judged);
  note_look(route, described(due.look.name, due.canary.written, run), result);
  changed_.insert(route.name.stack);
}

}  // namespace lgtmwatch
