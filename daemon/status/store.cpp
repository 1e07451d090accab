#include "daemon/status/store.hpp"

#include <algorithm>
#include <tuple>

#include "daemon/status/clock_past.hpp"
#include "daemon/status/counter_windows.hpp"
#include "daemon/status/line_past.hpp"
#include "daemon/status/panel_past.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration remainders_wait = std::chrono::minutes(1);

std::string cause_and_subject(const Finding& finding) { return finding.cause + '\n' + finding.subject; }

void note_last_seen(ProbeFacts& facts, const RunRecord& run) {
  if (!run.found) return;
  const auto* newest = std::get_if<NewestRecord>(&*run.found);
  if (!newest || !newest->last_seen) return;
  const auto seen = *newest->last_seen;
  if (facts.last_seen && seen - *facts.last_seen > facts.max_age) {
    facts.gap_since = facts.last_seen;
    facts.active_since = seen;
  }
  if (facts.last_seen && seen > *facts.last_seen) facts.advanced_at = run.at;
  if (!facts.last_seen || seen > *facts.last_seen) facts.last_seen = seen;
}

// As far as the time has gone on: a backlog that is sent at last, or a log that is read again, goes on faster.
bool goes_with_time(Duration step, Duration elapsed) {
  const auto off = step > elapsed ? step - elapsed : elapsed - step;
  return step > Duration() && off <= std::max<Duration>(std::chrono::minutes(1), elapsed / 5);
}

void note_older(OlderPast& past, const RunRecord& run) {
  const auto* found = run.found ? std::get_if<OlderRecord>(&*run.found) : nullptr;
  if (!found) return;
  if (past.newest && found->newest && goes_with_time(*found->newest - *past.newest, run.at - past.asked)) {
    past.advanced = run.at;
    past.asked_before = past.asked;
  }
  past.asked = run.at;
  past.newest = found->newest;
}

// Panels that are gone from the dashboard are forgotten.
void note_panels(const StackFacts& stack, ProbeFacts& facts, const RunRecord& run) {
  const auto* found = run.found ? std::get_if<DashboardPanels>(&*run.found) : nullptr;
  if (!found || found->panels.empty()) return;
  std::map<std::string, PanelPast> panels;
  for (const auto& panel : found->panels) {
    auto& past = panels[panel.id];
    past = is_at_rest(stack, panel, run.at) ? facts.panels[panel.id] : advance(facts.panels[panel.id], panel, run.at);
  }
  facts.panels = std::move(panels);
}

// A container that is not there just now may be made anew.
void note_lines(ProbeFacts& facts, const RunRecord& run) {
  const auto* found = run.found ? std::get_if<ContainerLines>(&*run.found) : nullptr;
  if (!found) return;
  for (const auto& line : found->lines)
    if (line.newest) facts.lines[line.container] = advance(std::move(facts.lines[line.container]), *line.newest);
}

void count_failures(ProbeFacts& facts, const RunRecord& run) {
  if (run.failure) ++facts.failures[run.failure->reason];
  const auto* answers = run.found ? std::get_if<ReceiverAnswers>(&*run.found) : nullptr;
  if (!answers) return;
  for (const auto& answer : answers->signals)
    if (answer.refusal) ++facts.failures[answer.refusal->reason];
}

// The readings are moved out of the run: a window holds all that is ever asked of them.
void note_counters(ProbeFacts& facts, RunRecord& run) {
  auto* readings = run.found ? readings_in(*run.found) : nullptr;
  if (readings) facts.counters = advance_windows(facts.counters.get(), std::move(*readings), run.at);
}

}  // namespace

std::size_t StatusStore::add_stack(std::shared_ptr<const StackPlan> plan) {
  Stack stack;
  stack.facts.plan = std::move(plan);
  stacks_.push_back(std::move(stack));
  return stacks_.size() - 1;
}

StatusStore::Place StatusStore::add_probe(std::size_t index, ProbeFacts facts) {
  auto& stack = stacks_[index];
  for (const auto& expectation : stack.facts.plan->expectations) {
    if (target_of(expectation) == facts.target) {
      facts.max_age = expectation.max_age;
      facts.question += " " + expectation.selector;
    }
  }
  stack.facts.probes.push_back(std::move(facts));
  stack.health.emplace_back();
  stack.histories.emplace_back();
  ++probes_;
  ++stack.not_run;
  return {index, stack.facts.probes.size() - 1};
}

void StatusStore::take_over(const StatusStore& before) {
  ready_ = before.ready_;
  for (auto& stack : stacks_) {
    for (const auto& old : before.stacks_)
      if (old.facts.plan->name == stack.facts.plan->name) take_over(stack, old);
  }
}

void StatusStore::take_over(Stack& stack, const Stack& before) {
  const auto key = [](const ProbeFacts& facts) { return std::tie(facts.probe, facts.target, facts.question); };
  std::map<decltype(key(ProbeFacts())), std::size_t> known;
  for (std::size_t i = 0; i < before.facts.probes.size(); ++i) known.emplace(key(before.facts.probes[i]), i);
  for (std::size_t i = 0; i < stack.facts.probes.size(); ++i) {
    auto& facts = stack.facts.probes[i];
    const auto found = known.find(key(facts));
    if (found == known.end()) continue;
    const auto max_age = facts.max_age;
    facts = before.facts.probes[found->second];
    facts.max_age = max_age;
    stack.health[i] = before.health[found->second];
    stack.histories[i] = before.histories[found->second];
    if (facts.last) --stack.not_run;
  }
  stack.since = before.since;
}

void StatusStore::record(Place place, RunRecord record) {
  auto& stack = stacks_[place.stack];
  auto& facts = stack.facts.probes[place.probe];
  auto& health = stack.health[place.probe];
  if (!facts.last) --stack.not_run;
  note_counters(facts, record);
  auto run = std::make_shared<const RunRecord>(std::move(record));
  auto& history = stack.histories[place.probe];
  history = remember(history.get(), *run, limits_for(probes_));
  note_last_seen(facts, *run);
  note_older(facts.older, *run);
  note_panels(stack.facts, facts, *run);
  for (const auto& exchange : run->exchanges) facts.clock = advance(facts.clock, exchange);
  note_lines(facts, *run);
  count_failures(facts, *run);
  facts.last = run;
  const bool was_bad = health.settled && !health.settled->good();
  health = advance(std::move(health), std::move(run), confirmations_).health;
  facts.settled = health.settled;
  if (was_bad && facts.settled->good()) facts.recovered_at = facts.settled->at;
  if (facts.settled->good()) {
    facts.bad_since.reset();
  } else if (!facts.bad_since) {
    facts.bad_since = facts.settled->at;
  }
  stack.changed = true;
}

void StatusStore::set_canaries(const std::string& name, std::vector<CanaryRouteFacts> canaries) {
  for (auto& stack : stacks_) {
    if (stack.facts.plan->name != name) continue;
    stack.facts.canaries = std::move(canaries);
    stack.changed = true;
    return;
  }
}

void StatusStore::set_maintenance(const std::string& name, Maintenance windows) {
  for (auto& stack : stacks_) {
    if (stack.facts.plan->name != name || stack.facts.plan->maintenance == windows) continue;
    auto plan = std::make_shared<StackPlan>(*stack.facts.plan);
    plan->maintenance = std::move(windows);
    stack.facts.plan = std::move(plan);
    stack.changed = true;
    return;
  }
}

void StatusStore::hold_back_remainders(Stack& stack, StackVerdict& verdict, WallTime now) {
  const auto is_a_remainder = [&](const Finding& finding) {
    if (!finding.rests_on_silence || stack.since.contains(cause_and_subject(finding))) return false;
    return std::any_of(finding.signals.begin(), finding.signals.end(), [&](Signal signal) {
      const auto explained = stack.explained.find(signal);
      return explained != stack.explained.end() && now - explained->second < remainders_wait;
    });
  };
  std::erase_if(verdict.findings, is_a_remainder);
  for (const auto& finding : verdict.findings)
    if (!finding.rests_on_silence && finding.stage < Stage::visualize && finding.state >= State::degraded)
      for (const auto signal : finding.signals) stack.explained[signal] = now;
}

void StatusStore::judge_again(Stack& stack, WallTime now) const {
  auto verdict = judge_(stack.facts, now);
  hold_back_remainders(stack, verdict, now);
  std::map<std::string, WallTime> since;
  for (auto& finding : verdict.findings) {
    const auto wider = cause_and_subject(finding);
    auto known = stack.since.find(finding.id());
    if (known == stack.since.end()) known = stack.since.find(wider);
    finding.since = known == stack.since.end() ? now : known->second;
    since.emplace(finding.id(), finding.since);
    const auto earliest = since.emplace(wider, finding.since).first;
    earliest->second = std::min(earliest->second, finding.since);
  }
  stack.since = std::move(since);
  stack.changed = false;
  stack.complete = stack.not_run == 0;
  stack.published =
      std::make_shared<const StackSnapshot>(StackSnapshot{stack.facts, std::move(verdict), stack.histories});
}

void StatusStore::judge(std::size_t stack, WallTime now) {
  if (stacks_[stack].changed) judge_again(stacks_[stack], now);
}

std::shared_ptr<const Snapshot> StatusStore::publish(WallTime now) {
  for (std::size_t stack = 0; stack < stacks_.size(); ++stack) judge(stack, now);
  return show(now);
}

std::shared_ptr<const Snapshot> StatusStore::show(WallTime now) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->at = now;
  snapshot->complete = true;
  for (auto& stack : stacks_) {
    if (!stack.published) judge_again(stack, now);
    snapshot->complete = snapshot->complete && stack.complete;
    snapshot->stacks.push_back(stack.published);
  }
  ready_ = ready_ || snapshot->complete;
  snapshot->ready = ready_;
  snapshot_ = std::move(snapshot);
  return snapshot_;
}

}  // namespace lgtmwatch
