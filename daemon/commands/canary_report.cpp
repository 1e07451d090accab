#include "daemon/commands/canary_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "probes/alloy/loki_push_receiver.hpp"
#include "probes/alloy/remote_write_receiver.hpp"
#include "probes/answers.hpp"
#include "probes/otlp/otlp_http_receiver.hpp"

namespace lgtmwatch {
namespace {

using Kind = CanaryWritten::Kind;

constexpr std::string_view own_host_hint =
    "inside a container localhost is the container itself: send to the name of Alloy's container instead, such as "
    "http://alloy:4318, on a network that both have";

// As the probe of such a receiver reads the answer: whether it is one, and how to mend it where it is not.
std::optional<Error> read_answer(const ReceiverDoor& door, Signal signal, const HttpResponse& answer) {
  switch (door.entrance) {
    case CanaryEntrance::otlp_http: return judge_otlp_answer(answer, signal, door.endpoint.url.address());
    case CanaryEntrance::loki_push: return judge_loki_push(answer, door.endpoint);
    case CanaryEntrance::remote_write: return judge_remote_write(answer, door.endpoint);
    case CanaryEntrance::otlp_grpc:
    case CanaryEntrance::scrape:
    case CanaryEntrance::file:
    case CanaryEntrance::standard_output: break;
  }
  return std::nullopt;
}

// In two words, where there was no answer.
std::string_view failure_words(Kind kind, Reason reason) {
  switch (reason) {
    case Reason::dns: return "not resolved";
    case Reason::refused:
    case Reason::unreachable: return "not reachable";
    case Reason::tls: return "TLS failed";
    case Reason::protocol: return "other protocol";
    case Reason::timeout: return kind == Kind::refused ? "not reachable" : "hung";
    default: return "no answer";
  }
}

void tell_failure(SignalReport& report, const ReceiverDoor& door, Kind kind, const Error& failure) {
  report.answer = failure_words(kind, failure.reason);
  report.reason = to_string(failure.reason);
  report.why = failure.what;
  report.hint = failure.hint;
  if (failure.reason == Reason::refused && is_own_host(door.endpoint.url)) report.hint = own_host_hint;
}

// A web server that answers everything with a page says 200 too. Backends answer OTLP with an empty body.
bool is_another_page(CanaryEntrance entrance, const HttpResponse& answer) {
  return entrance != CanaryEntrance::otlp_http || !answer.body.empty();
}

void tell_answer(SignalReport& report, const ReceiverDoor& door, const RoundResult& result) {
  const auto& write = result.write;
  const auto read = write.answer ? read_answer(door, report.signal, *write.answer) : std::nullopt;
  if (write.written.kind != Kind::acknowledged) {
    report.answer = write.written.kind == Kind::refused ? "refused" : "no answer";
    report.why = fmt::format("{} {}", door.endpoint.url.address(), write.written.why);
    report.reason = to_string(read ? read->reason : Reason::http_status);
    if (read) report.hint = read->hint;
  } else if (read && is_another_page(door.entrance, *write.answer)) {
    report.answer = "not a receiver";
    report.why = fmt::format("{} answered {}, but not as a receiver of {} does: \"{}\"", door.endpoint.url.address(),
                             write.answer->status, protocol_of(door.entrance), first_line(write.answer->body));
    report.reason = to_string(Reason::protocol);
    report.hint = read->hint;
  } else {
    report.answer = "accepted";
    report.state = State::healthy;
  }
}

// Only of what was accepted.
void tell_arrival(SignalReport& report, const RoundResult& result) {
  switch (*result.outcome) {
    case CanaryOutcome::visible:
    case CanaryOutcome::late: return;
    case CanaryOutcome::unknown:
      report.state = State::unknown;
      report.why = "whether it arrived could not be asked: " + result.read_trouble;
      report.hint = "start it where the backends can be reached, or without --config.file";
      return;
    case CanaryOutcome::duplicate: report.why = "it arrived more than once"; break;
    case CanaryOutcome::corrupt: report.why = "it arrived, but not as it was written"; break;
    default: report.why = "it was accepted, but did not arrive in time"; break;
  }
  report.state = State::broken;
  report.hint = "lgtmwatch verify looks at the way behind the receiver; a longer --timeout waits longer";
}

SignalReport report_of_signal(const ReceiverDoor& door, Signal signal, const RoundResult& result) {
  SignalReport report;
  report.signal = signal;
  report.state = State::broken;
  report.write_took = result.write_took;
  report.outcome = result.outcome;
  report.visible_after = result.visible_after;
  for (const auto& line : {result.write.evidence, result.read_evidence})
    if (!line.empty()) report.evidence.push_back(line);
  if (result.write.failure) {
    tell_failure(report, door, result.write.written.kind, *result.write.failure);
  } else {
    tell_answer(report, door, result);
  }
  if (report.state == State::healthy && result.outcome) tell_arrival(report, result);
  return report;
}

State worst_of(const std::vector<SignalReport>& signals) {
  auto worst = State::healthy;
  for (const auto& each : signals) worst = std::max(worst, each.state);
  return worst;
}

}  // namespace

CanaryRoundReport report_of(std::string receiver, const ReceiverDoor& door, const std::vector<RoundRoute>& routes,
                            const std::vector<RoundResult>& results) {
  CanaryRoundReport report;
  report.receiver = std::move(receiver);
  report.entrance = door.entrance;
  for (std::size_t i = 0; i < routes.size(); ++i)
    report.signals.push_back(report_of_signal(door, routes[i].plan.signal, results[i]));
  report.state = worst_of(report.signals);
  return report;
}

}  // namespace lgtmwatch
