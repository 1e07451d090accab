// OTLP/HTTP receivers of an Alloy that answers: closed, hung, another protocol, not wired, refusing.
#include <fmt/format.h>

#include <algorithm>

#include "diagnosis/findings.hpp"

namespace lgtmwatch {
namespace {

struct Kind {
  std::string cause;
  std::string summary;  // about {receiver}, followed by what was seen
  std::string remedy;
};

Kind kind_of(const Error& refusal, const ReceiverPlan& receiver, bool all_signals_refused) {
  switch (refusal.reason) {
    case Reason::refused:
      if (refusal.phase == Phase::content) return {"alloy-receiver-not-listening", "is closed", refusal.hint};
      return {"alloy-receiver-not-listening", "is closed",
              fmt::format(
                  "give this otelcol.receiver.otlp an http block whose endpoint is 0.0.0.0:{}: without the block no "
                  "server is started, and 127.0.0.1 is reachable from Alloy's own container only",
                  receiver.endpoint->url.port())};
    case Reason::timeout:
      return {"receiver-hung", "hangs", "look at Alloy's CPU and memory, and what else listens on this port"};
    case Reason::dns:
    case Reason::unreachable:
      return {"receiver-unreachable", "cannot be reached", "check the name and that a network is shared with Alloy"};
    case Reason::protocol:
    case Reason::reset:
      return {"otlp-grpc-http-port-mixup", "does not speak OTLP/HTTP",
              "use the port of the http block (4318 by convention), not that of the grpc block"};
    case Reason::tls: return {"otlp-tls-mismatch-source", "expects TLS or has another certificate", refusal.hint};
    case Reason::not_found:
      if (all_signals_refused)
        return {"otlp-http-path-wrong", "does not know the OTLP paths", "check the url: it is the base, without /v1/…"};
      return {"otlp-signal-not-wired", "does not take every signal", refusal.hint};
    case Reason::auth:
    case Reason::tenant:
      return {"watcher-auth-rejected", "does not take lgtmwatch's credentials",
              "set the auth or tenant of this receiver"};
    default: return {"receiver-refusing", "refuses even an empty export", "look at Alloy's memory limiter and log"};
  }
}

std::string signal_list(const std::vector<Signal>& signals) {
  std::string list;
  for (const auto signal : signals) list += (list.empty() ? "" : ", ") + std::string(to_string(signal));
  return list;
}

Finding receiver_finding(const ReceiverPlan& receiver, const Error& refusal, std::vector<Signal> refused) {
  const auto kind = kind_of(refusal, receiver, refused.size() == receiver.signals.size());
  Finding finding;
  finding.cause = kind.cause;
  finding.subject = receiver.name;
  finding.stage = kind.cause == "receiver-unreachable" ? Stage::network : Stage::receive;
  finding.summary =
      fmt::format("receiver {} {} ({}): {}", receiver.name, kind.summary, signal_list(refused), refusal.what);
  finding.remedy = {kind.remedy};
  finding.signals = std::move(refused);
  return finding;
}

void doubt_own_view(Finding& finding, bool records_arrive) {
  finding.cause = records_arrive ? "watcher-uses-another-path-than-apps" : "watcher-auth-rejected";
  finding.stage = Stage::watch;
  finding.state = State::unknown;
  finding.severity = Severity::warning;
  if (records_arrive) finding.summary += "; but records arrive through it, so the fault is on lgtmwatch's own way";
}

void find_faults_of(const View& view, Diagnosis& diagnosis, const ReceiverPlan& receiver) {
  const auto answers = view.receiver_answers(receiver.name);
  if (!answers.value()) return;
  std::vector<Signal> refused;
  const Error* first = nullptr;
  for (const auto& answer : answers.value()->signals) {
    if (!answer.refusal) continue;
    if (!first) first = &*answer.refusal;
    refused.push_back(answer.signal);
  }
  if (!first) return;
  auto finding = receiver_finding(receiver, *first, refused);
  finding.evidence = evidence_of(answers.run());
  if (view.is_our_own_trouble(receiver.name, *first))
    doubt_own_view(finding, view.records_arrive_through(receiver.name));
  explain_silence(view, diagnosis, finding, [&](const Expectation& expectation) {
    const bool carried = std::find(refused.begin(), refused.end(), expectation.signal) != refused.end();
    return expectation.receiver == receiver.name && carried && view.source(expectation).state != State::healthy;
  });
  diagnosis.findings.push_back(std::move(finding));
}

}  // namespace

void find_receiver_faults(const View& view, Diagnosis& diagnosis) {
  for (const auto& alloy : view.plan().alloys) {
    if (view.is_in_doubt("alloy_ready", alloy.name)) continue;
    for (const auto& receiver : alloy.receivers)
      if (receiver.kind == ReceiverKind::otlp_http && !diagnosis.explained_receivers.contains(receiver.name))
        find_faults_of(view, diagnosis, receiver);
  }
}

}  // namespace lgtmwatch
