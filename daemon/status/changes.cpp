#include "daemon/status/changes.hpp"

#include <algorithm>
#include <map>

namespace lgtmwatch {
namespace {

using Level = Change::Level;

Level level_of(State state) {
  switch (state) {
    case State::broken: return Level::error;
    case State::degraded:
    case State::unknown: return Level::warning;
    case State::healthy: return Level::info;
  }
  return Level::info;
}

bool contains(const std::vector<Finding>& findings, const std::string& id) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& f) { return f.id() == id; });
}

Change finding_change(const std::string& stack, const Finding& finding, bool opened) {
  Change change;
  change.level = opened ? level_of(finding.state) : Level::info;
  change.message = opened ? "finding: " + finding.summary : "finding is over: " + finding.summary;
  change.fields = {{"stack", stack},
                   {"cause", finding.cause},
                   {"subject", finding.subject},
                   {"stage", std::string(to_string(finding.stage))}};
  return change;
}

Change signal_change(const std::string& stack, Signal signal, State from, State to) {
  return {level_of(to),
          "signal changed its state",
          {{"stack", stack},
           {"signal", std::string(to_string(signal))},
           {"from", std::string(to_string(from))},
           {"to", std::string(to_string(to))}}};
}

Change stack_change(const std::string& stack, State from, State to) {
  return {level_of(to),
          "stack changed its state",
          {{"stack", stack}, {"from", std::string(to_string(from))}, {"to", std::string(to_string(to))}}};
}

void compare(const StackVerdict& before, const StackVerdict& after, std::vector<Change>& changes) {
  for (const auto& finding : after.findings)
    if (!contains(before.findings, finding.id())) changes.push_back(finding_change(after.name, finding, true));
  for (const auto& finding : before.findings)
    if (!contains(after.findings, finding.id())) changes.push_back(finding_change(after.name, finding, false));
  for (const auto& [signal, state] : after.signals) {
    const auto known = before.signals.find(signal);
    const auto old = known == before.signals.end() ? State::unknown : known->second;
    if (old != state) changes.push_back(signal_change(after.name, signal, old, state));
  }
  if (before.state != after.state) changes.push_back(stack_change(after.name, before.state, after.state));
}

Change file_change(std::string message, const Error& why) {
  return {Level::error, std::move(message), {{"error", "--storage.path: " + why.what}, {"hint", why.hint}}};
}

}  // namespace

Change writing_change(const std::string& what, const std::optional<Error>& trouble) {
  if (!trouble) return {Level::info, what + " is written again", {}};
  return file_change(what + " cannot be written, and is tried again", *trouble);
}

Change unusable_file_change(const std::string& what, const Error& why) {
  return file_change(what + " cannot be used, and is kept in memory only", why);
}

std::vector<Change> changes_between(const Snapshot& before, const Snapshot& after) {
  std::map<std::string, const StackVerdict*> known;
  for (const auto& stack : before.stacks) known.emplace(stack->verdict.name, &stack->verdict);
  std::vector<Change> changes;
  const StackVerdict nothing;
  for (const auto& stack : after.stacks) {
    const auto found = known.find(stack->verdict.name);
    if (found != known.end() && found->second == &stack->verdict) continue;
    compare(found == known.end() ? nothing : *found->second, stack->verdict, changes);
  }
  return changes;
}

}  // namespace lgtmwatch
