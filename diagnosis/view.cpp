#include "diagnosis/view.hpp"

#include <algorithm>

#include "diagnosis/receiver_causes.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration time_until_visible = std::chrono::seconds(10);  // of metrics and logs

std::string name_of(std::string_view probe, std::string_view target) {
  std::string name(probe);
  name += '\n';
  return name += target;
}

// Empty for a receiver that is not asked itself.
std::string_view probe_of(ReceiverKind kind) {
  switch (kind) {
    case ReceiverKind::otlp_http: return "otlp_http_receiver";
    case ReceiverKind::otlp_grpc: return "otlp_grpc_receiver";
    case ReceiverKind::loki_push: return "loki_push_receiver";
    case ReceiverKind::remote_write: return "remote_write_receiver";
    case ReceiverKind::component:
    case ReceiverKind::file: return {};
  }
  return {};
}

std::string probe_prefix(Component component) { return std::string(to_string(component)); }

const Error* silence_in(const Seen<Readiness>& ready, const Endpoint& endpoint) {
  const auto* error = ready.error();
  return error && did_not_answer(*error) && !fails_at_proxy(endpoint, *error) ? error : nullptr;
}

bool brings_doubt(const ProbeFacts& facts) {
  return facts.last && facts.settled && !facts.last->good() && facts.settled->good();
}

// As of the moment of an answer, so that a source does not grow stale between two runs; without an answer, as of now.
bool is_fresh(const ProbeFacts& facts, Duration max_age, WallTime now) {
  if (!facts.last_seen) return false;
  const bool answered = facts.settled && facts.settled->found;
  return (answered ? facts.settled->at : now) - *facts.last_seen <= max_age;
}

}  // namespace

View::View(const StackFacts& facts, WallTime now) : facts_(facts), now_(now) {
  by_name_.reserve(facts.probes.size());
  for (const auto& probe : facts.probes) by_name_.emplace(name_of(probe.probe, probe.target), &probe);
}

const ProbeFacts* View::find(std::string_view probe, std::string_view target) const {
  const auto found = by_name_.find(name_of(probe, target));
  return found == by_name_.end() ? nullptr : found->second;
}

bool View::is_in_doubt(std::string_view probe, std::string_view target) const {
  const auto* found = find(probe, target);
  return found && brings_doubt(*found);
}

bool View::is_in_doubt(Component backend) const {
  return std::any_of(facts_.probes.begin(), facts_.probes.end(),
                     [&](const ProbeFacts& probe) { return probe.component == backend && brings_doubt(probe); });
}

bool View::precedes_recovery(const RunRecord* run, std::string_view probe, std::string_view target) const {
  const auto* found = find(probe, target);
  return run && found && found->recovered_at && run->at < *found->recovered_at;
}

bool View::precedes_recovery(const RunRecord* run, Component backend) const {
  return std::any_of(facts_.probes.begin(), facts_.probes.end(), [&](const ProbeFacts& probe) {
    return probe.component == backend && run && probe.recovered_at && run->at < *probe.recovered_at;
  });
}

const CounterWindows* View::counters(std::string_view probe, std::string_view target) const {
  const auto* found = find(probe, target);
  return found && found->last && found->last->found ? found->counters.get() : nullptr;
}

const CounterWindows* View::counters(Component backend) const {
  return counters(probe_prefix(backend) + "_metrics", address(backend));
}

const ComponentPlan* View::backend(Component component) const { return component_of(plan(), component); }

std::string View::address(Component component) const {
  const auto* found = backend(component);
  return found ? found->endpoint.url.address() : std::string();
}

const ProbeFacts* View::ready_facts(Component component) const {
  return find(probe_prefix(component) + "_ready", address(component));
}

Seen<Readiness> View::readiness(Component component) const {
  const auto* facts = ready_facts(component);
  return Seen<Readiness>(facts ? facts->settled.get() : nullptr);
}

const Error* View::silence(Component component) const {
  const auto* plan = backend(component);
  return plan ? silence_in(readiness(component), plan->endpoint) : nullptr;
}

const Error* View::silence(const AlloyPlan& alloy) const { return silence_in(alloy_readiness(alloy), alloy.endpoint); }

Seen<NewestRecord> View::newest(const Expectation& expectation) const {
  return settled<NewestRecord>(probe_prefix(backend_of(expectation.signal)) + "_newest", target_of(expectation));
}

Seen<DatasourceAnswers> View::datasources(Component backend) const {
  return settled<DatasourceAnswers>("grafana_datasource", to_string(backend));
}

Seen<DashboardPanels> View::dashboard(std::string_view configured) const {
  return settled<DashboardPanels>("grafana_dashboard", configured);
}

const ProbeFacts* View::newest_facts(const Expectation& expectation) const {
  return find(probe_prefix(backend_of(expectation.signal)) + "_newest", target_of(expectation));
}

SourceStatus View::source(const Expectation& expectation) const {
  SourceStatus status;
  status.source = expectation.source;
  status.signal = expectation.signal;
  status.receiver = expectation.receiver;
  status.path = expectation.path;
  status.max_age = expectation.max_age;
  const auto* facts = newest_facts(expectation);
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

bool View::holds_young_records(Component backend, Duration at_most) const {
  const auto& expectations = plan().expectations;
  return std::any_of(expectations.begin(), expectations.end(), [&](const Expectation& expectation) {
    const auto answer = newest(expectation);
    return backend_of(expectation.signal) == backend && answer.value() && answer.value()->last_seen &&
           answer.run()->at - *answer.value()->last_seen <= std::min(expectation.max_age, at_most);
  });
}

bool View::is_scraped(const Expectation& expectation) const {
  const auto* through = receiver(expectation.receiver);
  return through && (through->kind == ReceiverKind::component || through->kind == ReceiverKind::file);
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

const ProbeFacts* View::receiver_facts(const std::string& name) const {
  const auto* asked = receiver(name);
  return asked ? find(probe_of(asked->kind), name) : nullptr;
}

Seen<ReceiverAnswers> View::receiver_answers(const std::string& receiver) const {
  const auto* facts = receiver_facts(receiver);
  return Seen<ReceiverAnswers>(facts ? facts->settled.get() : nullptr);
}

bool View::is_receiver_in_doubt(const std::string& receiver) const {
  const auto* facts = receiver_facts(receiver);
  return facts && brings_doubt(*facts);
}

bool View::receiver_recovered_since(const std::string& receiver, WallTime time) const {
  const auto* facts = receiver_facts(receiver);
  return facts && facts->recovered_at > time;
}

bool View::records_arrive_through(const std::string& receiver) const {
  const auto& expectations = plan().expectations;
  return std::any_of(expectations.begin(), expectations.end(), [&](const Expectation& expectation) {
    return expectation.receiver == receiver && source(expectation).state == State::healthy;
  });
}

std::optional<bool> View::records_arrive_nevertheless(const std::string& name) const {
  const auto* trouble = receiver_facts(name);
  if (!trouble || !trouble->bad_since) return records_arrive_through(name);
  bool could_be_seen = false;
  for (const auto& expectation : plan().expectations) {
    const auto* newest = expectation.receiver == name ? newest_facts(expectation) : nullptr;
    if (!newest || !newest->settled) continue;
    if (newest->last_seen && *newest->last_seen > *trouble->bad_since) return true;
    could_be_seen = could_be_seen || newest->settled->at >= *trouble->bad_since + time_until_visible;
  }
  return could_be_seen ? std::optional(false) : std::nullopt;
}

bool View::is_our_own_trouble(const std::string& receiver, const Error& refusal) const {
  const auto* asked = this->receiver(receiver);
  if (asked && asked->endpoint && is_trouble_of_lgtmwatch(*asked->endpoint, refusal)) return true;
  switch (refusal.reason) {
    case Reason::auth:
    case Reason::tenant: return true;
    case Reason::dns:
    case Reason::unreachable:
    case Reason::tls: return records_arrive_nevertheless(receiver).value_or(false);
    default: return false;
  }
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
