// Receivers of an Alloy that answers, and Tempo's own: closed, hung, another protocol, not wired, refusing.
#include <fmt/format.h>

#include <algorithm>

#include "diagnosis/backend_writes.hpp"
#include "diagnosis/findings.hpp"
#include "diagnosis/receiver_causes.hpp"

namespace lgtmwatch {
namespace {

std::string signal_list(const std::vector<Signal>& signals) {
  std::string list;
  for (const auto signal : signals) list += (list.empty() ? "" : ", ") + std::string(to_string(signal));
  return list;
}

struct Refusals {
  explicit Refusals(const ReceiverAnswers& answers) : of_all(true) {
    for (const auto& answer : answers.signals) {
      of_all = of_all && answer.refusal;
      if (!answer.refusal) continue;
      if (!first) first = &*answer.refusal;
      signals.push_back(answer.signal);
    }
  }

  const Error* first = nullptr;
  std::vector<Signal> signals;
  bool of_all;
};

Finding receiver_finding(const std::string& name, const AskedReceiver& asked, const Refusals& refusals) {
  const auto cause = receiver_cause(asked, *refusals.first, refusals.of_all);
  const auto& url = asked.endpoint.url;
  const auto door = url.scheme() == Url::Scheme::unix_socket ? url.address() : fmt::format("port {}", url.port());
  Finding finding;
  finding.cause = cause.cause;
  finding.subject = name;
  finding.stage = Stage::receive;
  finding.summary =
      fmt::format("{} {} ({} on {}: {}): {}", asked.of_tempo ? "Tempo's own receiver" : "receiver " + name,
                  cause.summary, to_string(asked.kind), door, signal_list(refusals.signals), refusals.first->what);
  finding.remedy = {cause.remedy};
  finding.alternatives = cause.alternatives;
  finding.signals = refusals.signals;
  return finding;
}

// Nothing is known of what others meet there.
void doubt_own_view(Finding& finding, std::string cause) {
  finding.cause = std::move(cause);
  finding.stage = Stage::watch;
  finding.state = State::unknown;
  finding.severity = Severity::warning;
}

void doubt_own_proxy(Finding& finding, const Error& refusal) {
  doubt_own_view(finding, "watcher-proxy-failing");
  finding.summary = fmt::format("lgtmwatch does not get through its proxy to {}: {}", finding.subject, refusal.what);
  finding.remedy = {refusal.hint};
  finding.alternatives.clear();
}

void doubt_own_question(Finding& finding, const std::string& name, const Error& error) {
  doubt_own_view(finding, "watcher-query-failed");
  finding.summary = fmt::format("{} cannot be asked: {}", name, error.what);
  finding.remedy = {error.hint};
  finding.alternatives.clear();
}

// True where it is lgtmwatch that did not get there, so that the finding is of its own view now.
bool doubt_own_way(Finding& finding, const std::string& name, const Endpoint& endpoint, const Error& refusal) {
  if (!is_trouble_of_lgtmwatch(endpoint, refusal)) return false;
  if (fails_at_proxy(endpoint, refusal))
    doubt_own_proxy(finding, refusal);
  else
    doubt_own_question(finding, name, refusal);
  return true;
}

// Whether only lgtmwatch's own way to the receiver is wrong shows once a record could have arrived since.
bool is_undecided(const View& view, const ReceiverPlan& receiver, const Error& refusal) {
  const bool may_be_ours =
      refusal.reason == Reason::dns || refusal.reason == Reason::unreachable || refusal.reason == Reason::tls;
  return may_be_ours && view.records_arrive_through(receiver.name) && !view.records_arrive_nevertheless(receiver.name);
}

void find_faults_of(const View& view, Diagnosis& diagnosis, const AlloyPlan& alloy, const ReceiverPlan& receiver) {
  const auto answers = view.receiver_answers(receiver.name);
  if (!answers.value()) return;
  const Refusals refusals(*answers.value());
  if (!refusals.first || view.precedes_recovery(answers.run(), "alloy_ready", alloy.name)) return;
  if (is_undecided(view, receiver, *refusals.first)) return;
  auto finding = receiver_finding(receiver.name, {receiver.kind, *receiver.endpoint}, refusals);
  if (refusals.first->reason == Reason::unreachable || refusals.first->reason == Reason::dns)
    finding.stage = Stage::network;
  finding.evidence = evidence_of(answers.run());
  const bool arrives = view.records_arrive_nevertheless(receiver.name).value_or(false);
  const bool got_there = !doubt_own_way(finding, "receiver " + receiver.name, *receiver.endpoint, *refusals.first);
  if (got_there && view.is_our_own_trouble(receiver.name, *refusals.first)) {
    doubt_own_view(finding, arrives ? "watcher-uses-another-path-than-apps" : "watcher-auth-rejected");
    if (arrives) finding.summary += "; but records arrive through it, so the fault is on lgtmwatch's own way";
  }
  explain_silence(view, diagnosis, finding, [&](const Expectation& expectation) {
    const auto& refused = refusals.signals;
    const bool carried = std::find(refused.begin(), refused.end(), expectation.signal) != refused.end();
    return expectation.receiver == receiver.name && carried && view.source(expectation).state != State::healthy;
  });
  diagnosis.findings.push_back(std::move(finding));
}

// It is ready, and refuses both lgtmwatch and Alloy at its receiver: nobody outside of its container reaches it.
void blame_localhost(Finding& finding, const Endpoint& endpoint, ReceiverKind kind, const BackendWrites& writes) {
  const auto* protocol = kind == ReceiverKind::otlp_grpc ? "grpc" : "http";
  finding.cause = "tempo-otlp-binds-localhost";
  finding.summary = fmt::format(
      "Tempo is ready, and its OTLP receiver at {} refuses lgtmwatch and Alloy alike: it listens on 127.0.0.1 of its "
      "own "
      "container, as it does since Tempo 2.7 unless an endpoint is given",
      endpoint.url.address());
  for (const auto& sentence : writes.sentences) finding.evidence.push_back("Alloy: " + sentence);
  finding.remedy = {
      fmt::format("give the receiver an address in Tempo's configuration, distributor.receivers.otlp.protocols."
                  "{0}.endpoint: 0.0.0.0:{1}, and restart Tempo",
                  protocol, endpoint.url.port())};
  finding.alternatives = {"tempo-otlp-not-listening"};
}

// While traces arrive by some way, a closed receiver of Tempo's own is no loss yet.
void find_faults_of_tempos_own(const View& view, Diagnosis& diagnosis, std::string_view probe, ReceiverKind kind,
                               const std::optional<Endpoint>& endpoint) {
  if (!endpoint) return;
  const auto answers = view.settled<ReceiverAnswers>(probe, endpoint->url.address());
  if (!answers.value() || view.precedes_recovery(answers.run(), "tempo_ready", view.address(Component::tempo))) return;
  const Refusals refusals(*answers.value());
  if (!refusals.first) return;
  auto finding = receiver_finding("tempo", {kind, *endpoint, true}, refusals);
  finding.stage = Stage::ingest;
  finding.evidence = evidence_of(answers.run());
  const auto writes = backend_writes(view, Component::tempo);
  const auto ready = view.readiness(Component::tempo);
  const bool refused = refusals.first->reason == Reason::refused && !fails_at_proxy(*endpoint, *refusals.first);
  if (refused && writes.fail && ready.value() && ready.value()->ready)
    blame_localhost(finding, *endpoint, kind, writes);
  const bool got_there = !doubt_own_way(finding, "Tempo's own receiver", *endpoint, *refusals.first);
  if (got_there && (refusals.first->reason == Reason::auth || refusals.first->reason == Reason::tenant)) {
    doubt_own_view(finding, "watcher-auth-rejected");
  } else if (got_there && view.holds_young_records(Component::tempo)) {
    finding.state = State::degraded;
    finding.severity = Severity::warning;
    finding.summary += "; traces arrive nevertheless";
  }
  diagnosis.findings.push_back(std::move(finding));
}

}  // namespace

void find_receiver_faults(const View& view, Diagnosis& diagnosis) {
  for (const auto& alloy : view.plan().alloys) {
    if (view.is_in_doubt("alloy_ready", alloy.name)) continue;
    for (const auto& receiver : alloy.receivers)
      if (!diagnosis.explained_receivers.contains(receiver.name)) find_faults_of(view, diagnosis, alloy, receiver);
  }
  const auto& tempo = view.plan().tempo;
  const auto ready = view.readiness(Component::tempo);
  const bool silent = ready.error() && did_not_answer(*ready.error());
  const bool says_why = ready.value() && !ready.value()->ready;  // it starts, or is about to end
  if (!tempo || silent || says_why || view.is_in_doubt("tempo_ready", view.address(Component::tempo))) return;
  find_faults_of_tempos_own(view, diagnosis, "tempo_otlp_grpc", ReceiverKind::otlp_grpc, tempo->otlp_grpc);
  find_faults_of_tempos_own(view, diagnosis, "tempo_otlp_http", ReceiverKind::otlp_http, tempo->otlp_http);
}

}  // namespace lgtmwatch
