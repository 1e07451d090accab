#include "diagnosis/view.hpp"

#include <algorithm>

namespace lgtmwatch {
namespace {

constexpr Duration recovery_grace = std::chrono::minutes(2);

std::string probe_prefix(Component component) { return std::string(to_string(component)); }

// As of the moment of an answer, so that a source does not grow stale between two runs; without an answer, as of now.
bool is_fresh(const ProbeFacts& facts, Duration max_age, WallTime now) {
  if (!facts.last_seen) return false;
  const bool answered = facts.settled && facts.settled->found;
  return (answered ? facts.settled->at : now) - *facts.last_seen <= max_age;
}

}  // namespace

const ProbeFacts* View::find(std::string_view probe, std::string_view target) const {
  for (const auto& facts : facts_.probes)
    if (facts.probe == probe && facts.target == target) return &facts;
  return nullptr;
}

bool View::is_in_doubt(std::string_view probe, std::string_view target) const {
  const auto* found = find(probe, target);
  return found && found->last && found->settled && !found->last->good() && found->settled->good();
}

const ComponentPlan* View::backend(Component component) const {
  const auto& stack = plan();
  switch (component) {
    case Component::loki: return stack.loki ? &*stack.loki : nullptr;
    case Component::tempo: return stack.tempo ? &*stack.tempo : nullptr;
    case Component::mimir: return stack.mimir ? &*stack.mimir : nullptr;
    default: return nullptr;
  }
}

std::string View::address(Component component) const {
  const auto* found = backend(component);
  return found ? found->endpoint.url.address() : std::string();
}

Seen<Readiness> View::readiness(Component component) const {
  return settled<Readiness>(probe_prefix(component) + "_ready", address(component));
}

Seen<NewestRecord> View::newest(const Expectation& expectation) const {
  return settled<NewestRecord>(probe_prefix(backend_of(expectation.signal)) + "_newest", target_of(expectation));
}

SourceStatus View::source(const Expectation& expectation) const {
  SourceStatus status;
  status.source = expectation.source;
  status.signal = expectation.signal;
  status.receiver = expectation.receiver;
  status.path = expectation.path;
  status.max_age = expectation.max_age;
  const auto* facts = find(probe_prefix(backend_of(expectation.signal)) + "_newest", target_of(expectation));
  if (!facts) return status;
  status.last_seen = facts->last_seen;
  const Seen<NewestRecord> seen(facts->settled.get());
  if (is_fresh(*facts, expectation.max_age, now_)) {
    status.state = State::healthy;
  } else if (seen.value() && !is_recovering(expectation)) {
    status.state = State::broken;
  }
  return status;
}

bool View::is_recovering(const Expectation& expectation) const {
  if (is_recovering(backend_of(expectation.signal))) return true;
  const auto* alloy = alloy_of(expectation.receiver);
  return alloy && (has_just_recovered("alloy_ready", alloy->name) ||
                   has_just_recovered("otlp_http_receiver", expectation.receiver));
}

bool View::is_recovering(Component backend) const {
  const auto* ready = readiness(backend).value();
  if (ready && !ready->ready) return true;
  return has_just_recovered(probe_prefix(backend) + "_ready", address(backend));
}

bool View::has_just_recovered(std::string_view probe, std::string_view target) const {
  const auto* facts = find(probe, target);
  return facts && facts->recovered_at && now_ - *facts->recovered_at < recovery_grace;
}

const AlloyPlan* View::alloy_of(const std::string& receiver) const {
  for (const auto& alloy : plan().alloys)
    for (const auto& candidate : alloy.receivers)
      if (candidate.name == receiver) return &alloy;
  return nullptr;
}

const ReceiverPlan* View::receiver(const std::string& name) const {
  const auto* alloy = alloy_of(name);
  if (!alloy) return nullptr;
  return &*std::find_if(alloy->receivers.begin(), alloy->receivers.end(),
                        [&](const ReceiverPlan& candidate) { return candidate.name == name; });
}

Seen<Readiness> View::alloy_readiness(const AlloyPlan& alloy) const {
  return settled<Readiness>("alloy_ready", alloy.name);
}

Seen<ReceiverAnswers> View::receiver_answers(const std::string& receiver) const {
  return settled<ReceiverAnswers>("otlp_http_receiver", receiver);
}

const Error* refusal_of(const ReceiverAnswers& answers, Signal signal) {
  for (const auto& answer : answers.signals)
    if (answer.signal == signal && answer.refusal) return &*answer.refusal;
  return nullptr;
}

bool accepts(const ReceiverAnswers& answers, Signal signal) {
  for (const auto& answer : answers.signals)
    if (answer.signal == signal) return !answer.refusal;
  return false;
}

std::vector<std::string> evidence_of(const RunRecord* run) {
  std::vector<std::string> lines;
  if (!run) return lines;
  for (const auto& exchange : run->exchanges) lines.push_back(evidence_line(exchange));
  return lines;
}

}  // namespace lgtmwatch
