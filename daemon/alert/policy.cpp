#include "daemon/alert/policy.hpp"

#include <algorithm>
#include <set>

namespace lgtmwatch {
namespace {

// What needs two readings of a counter is found that long after a restart.
constexpr Duration least_calm_of_awaited = std::chrono::seconds(30);

// By windows that together cover all signals that the finding concerns; one that names none concerns all.
bool is_covered(const Maintenance& windows, const Finding& finding, WallTime now) {
  std::set<Signal> covered;
  for (const auto& window : active_at(windows, now)) covered.insert(window.signals.begin(), window.signals.end());
  if (finding.signals.empty()) return covered.size() == all_signals.size();
  return std::all_of(finding.signals.begin(), finding.signals.end(),
                     [&](Signal signal) { return covered.contains(signal); });
}

const StackSnapshot* find_stack(const Snapshot& snapshot, const std::string& name) {
  const auto found = std::find_if(snapshot.stacks.begin(), snapshot.stacks.end(),
                                  [&](const auto& stack) { return stack->verdict.name == name; });
  return found == snapshot.stacks.end() ? nullptr : found->get();
}

}  // namespace

AlertKey key_of(const std::string& stack, const Finding& finding) { return {stack, finding.cause, finding.subject}; }

void AlertPolicy::resume(Alerts alerts) {
  for (auto& [key, alert] : alerts) {
    alert.awaited = true;
    memories_.try_emplace(key);
    alerts_.insert_or_assign(key, std::move(alert));
  }
}

void AlertPolicy::look(const Snapshot& snapshot) {
  if (!snapshot.complete) return;
  std::set<AlertKey> seen;
  for (const auto& stack : snapshot.stacks)
    for (std::size_t i = 0; i < stack->verdict.findings.size(); ++i) seen.insert(see(*stack, i, snapshot.at));
  for (auto memory = memories_.begin(); memory != memories_.end();) {
    const bool is_kept = seen.contains(memory->first) || miss(memory->first, memory->second, snapshot);
    memory = is_kept ? std::next(memory) : memories_.erase(memory);
  }
}

AlertKey AlertPolicy::see(const StackSnapshot& stack, std::size_t place, WallTime now) {
  const auto& finding = stack.verdict.findings[place];
  auto key = key_of(stack.verdict.name, finding);
  auto& memory = memories_[key];
  memory.gone_since.reset();
  if (const auto on = alerts_.find(key); on != alerts_.end()) {
    on->second.finding = finding;
    on->second.place = place;
    on->second.last_seen = now;
    on->second.awaited = false;
    return key;
  }
  if (!memory.seen_since) memory.seen_since = now;
  if (now - *memory.seen_since < times_.settle || is_covered(stack.facts.plan->maintenance, finding, now)) return key;
  const bool flaps = memory.ended && now - *memory.ended < times_.remembered;
  alerts_.emplace(key, Alert{key.stack, finding, place, now, flaps});
  return key;
}

bool AlertPolicy::miss(const AlertKey& key, Memory& memory, const Snapshot& snapshot) {
  memory.seen_since.reset();
  const auto on = alerts_.find(key);
  if (on == alerts_.end()) return memory.ended && snapshot.at - *memory.ended < times_.remembered;
  if (!memory.gone_since) memory.gone_since = snapshot.at;
  const auto* stack = find_stack(snapshot, key.stack);
  if (stack && is_covered(stack->facts.plan->maintenance, on->second.finding, snapshot.at)) return true;
  if (snapshot.at - *memory.gone_since < calm_of(on->second)) return true;
  memory.ended = snapshot.at;
  alerts_.erase(on);
  return true;
}

Duration AlertPolicy::calm_of(const Alert& alert) const {
  const auto calm = alert.flaps ? times_.flapping_calm : times_.calm;
  return alert.awaited ? std::max(calm, least_calm_of_awaited) : calm;
}

}  // namespace lgtmwatch
