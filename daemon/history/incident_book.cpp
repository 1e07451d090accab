#include "daemon/history/incident_book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemon/status/finding_json.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration forget_every = std::chrono::minutes(10);

bool is_complete(const StackFacts& facts) {
  return std::all_of(facts.probes.begin(), facts.probes.end(), [](const ProbeFacts& probe) { return probe.last; });
}

std::string signals_of(const Finding& finding) {
  std::string text;
  for (const auto signal : finding.signals) text += (text.empty() ? "" : ", ") + std::string(to_string(signal));
  return text.empty() ? "no signal alone" : text;
}

// What a reader of the time line wants to know of the step from one to the other; empty where it is nothing.
std::string step_between(const Finding& before, const Finding& after) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
  if (before.severity != after.severity)
    add(fmt::format("{} now, was {}", to_string(after.severity), to_string(before.severity)));
  if (before.state != after.state) add(fmt::format("{} now, was {}", to_string(after.state), to_string(before.state)));
  if (before.signals != after.signals)
    add(fmt::format("concerns {} now, before {}", signals_of(after), signals_of(before)));
  return text;
}

bool is_same_text(const Finding& a, const Finding& b) {
  return a.summary == b.summary && a.evidence == b.evidence && a.remedy == b.remedy &&
         a.alternatives == b.alternatives && a.consequences == b.consequences && a.path == b.path;
}

}  // namespace

void IncidentBook::restore(std::vector<Incident> kept, std::optional<WallTime> watched_until) {
  watched_until_ = watched_until;
  for (auto& incident : kept) {
    const auto id = incident.id;
    next_id_ = std::max(next_id_, id + 1);
    auto& latest = latest_[{incident.stack, incident.last.cause, incident.last.subject}];
    latest = std::max(latest, id);
    if (incident.is_open()) {
      note_open(incident);
      carried_over_.insert(id);
    }
    incidents_.insert_or_assign(id, std::move(incident));
  }
}

const Incident* IncidentBook::find(std::uint64_t id) const {
  const auto found = incidents_.find(id);
  return found == incidents_.end() ? nullptr : &found->second;
}

std::set<std::uint64_t> IncidentBook::take_changed() {
  has_news_ = false;
  return std::exchange(changed_, {});
}

void IncidentBook::look(const Snapshot& snapshot) {
  if (snapshot.stacks.empty()) return;
  auto before = std::exchange(looked_at_, snapshot.stacks);
  before.resize(snapshot.stacks.size());
  bool has_other_stacks = false;
  for (std::size_t i = 0; i < before.size(); ++i) {
    auto& stack = looked_at_[i];
    if (before[i] == stack) continue;
    has_other_stacks = has_other_stacks || !before[i] || before[i]->verdict.name != stack->verdict.name;
    if (is_complete(stack->facts))
      look_at(*stack, snapshot.at);
    else
      stack = nullptr;
  }
  if (has_other_stacks || stack_count_ != snapshot.stacks.size()) close_of_stacks_that_are_gone(snapshot);
  stack_count_ = snapshot.stacks.size();
  forget(snapshot.at);
}

void IncidentBook::look_at(const StackSnapshot& stack, WallTime now) {
  const auto& name = stack.verdict.name;
  std::set<std::uint64_t> seen;
  for (const auto& finding : stack.verdict.findings) {
    see(name, finding, now);
    seen.insert(latest_.at({name, finding.cause, finding.subject}));
  }
  const auto found = open_.find(name);
  if (found == open_.end()) return;
  const auto still_open = found->second;
  for (const auto id : still_open) {
    if (seen.contains(id)) continue;
    auto& incident = incidents_.at(id);
    const bool is_carried_over = carried_over_.contains(id);
    if (is_carried_over) closed_at_start_.insert(id);
    close(incident, now, is_carried_over ? "gone when lgtmwatch looked again" : "gone");
  }
}

void IncidentBook::see(const std::string& stack, const Finding& finding, WallTime now) {
  const Key key{stack, finding.cause, finding.subject};
  const auto known = latest_.find(key);
  auto* incident = known == latest_.end() ? nullptr : &incidents_.at(known->second);
  if (!incident || !is_back_in_time(*incident, now)) return open(key, finding);
  go_on(*incident, finding, now);
}

bool IncidentBook::is_back_in_time(const Incident& incident, WallTime now) const {
  if (incident.is_open()) return true;
  const auto patience = closed_at_start_.contains(incident.id) ? limits_.rejoin_after_restart : limits_.rejoin;
  return now - *incident.closed <= patience;
}

void IncidentBook::open(const Key& key, const Finding& finding) {
  Incident incident;
  incident.id = next_id_++;
  incident.stack = key.stack;
  incident.first = incident.last = kept_finding(finding);
  incident.opened = finding.since;
  incident.add_event(incident.opened,
                     fmt::format("opened, {}: {}", to_string(finding.severity), incident.first.summary));
  latest_[key] = incident.id;
  note_open(incident);
  note_news(incident);
  incidents_.emplace(incident.id, std::move(incident));
}

void IncidentBook::go_on(Incident& incident, const Finding& finding, WallTime now) {
  if (carried_over_.erase(incident.id) > 0) {
    incident.add_event(now, watched_until_
                                ? fmt::format("still there when lgtmwatch looked again; it did not run from {} on",
                                              format_rfc3339(*watched_until_))
                                : "still there when lgtmwatch looked again");
    note_news(incident);
  }
  if (incident.closed) {
    incident.add_event(now, fmt::format("back after {}", format_age(now - *incident.closed)));
    incident.closed.reset();
    note_open(incident);
    note_news(incident);
  }
  auto latest = kept_finding(finding);
  const auto step = step_between(incident.last, latest);
  if (!step.empty()) {
    incident.add_event(now, step);
    note_news(incident);
  }
  if (step.empty() && is_same_text(incident.last, latest)) return;
  incident.last = std::move(latest);
  changed_.insert(incident.id);
}

void IncidentBook::close(Incident& incident, WallTime now, const std::string& why) {
  incident.closed = std::max(now, incident.opened);
  incident.add_event(*incident.closed, why);
  auto& of_stack = open_.at(incident.stack);
  of_stack.erase(incident.id);
  if (of_stack.empty()) open_.erase(incident.stack);
  --open_count_;
  carried_over_.erase(incident.id);
  note_news(incident);
  next_forgetting_ = {};
}

void IncidentBook::close_of_stacks_that_are_gone(const Snapshot& snapshot) {
  std::set<std::string> watched;
  for (const auto& stack : snapshot.stacks) watched.insert(stack->verdict.name);
  const auto still_open = open_;
  for (const auto& [stack, ids] : still_open) {
    if (watched.contains(stack)) continue;
    for (const auto id : ids) close(incidents_.at(id), snapshot.at, "its stack is not watched any more");
  }
}

void IncidentBook::forget(WallTime now) {
  if (now < next_forgetting_) return;
  next_forgetting_ = now + forget_every;
  auto too_many = incidents_.size() - open_count_;
  too_many -= std::min(too_many, limits_.most_closed);
  for (auto each = incidents_.begin(); each != incidents_.end();) {
    const auto& incident = each->second;
    const bool is_old = !incident.is_open() && now - *incident.closed > limits_.kept_for;
    if (incident.is_open() || (!is_old && too_many == 0)) {
      ++each;
      continue;
    }
    too_many -= std::min<std::size_t>(too_many, 1);
    const auto latest = latest_.find({incident.stack, incident.last.cause, incident.last.subject});
    if (latest != latest_.end() && latest->second == incident.id) latest_.erase(latest);
    closed_at_start_.erase(incident.id);
    note_news(incident);
    each = incidents_.erase(each);
  }
}

void IncidentBook::note_open(const Incident& incident) {
  open_[incident.stack].insert(incident.id);
  ++open_count_;
}

void IncidentBook::note_news(const Incident& incident) {
  changed_.insert(incident.id);
  has_news_ = true;
}

}  // namespace lgtmwatch
