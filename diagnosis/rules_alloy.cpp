// Alloy as a whole: down, hung, not ready, or with a configuration that it rejected.
#include <fmt/format.h>

#include <algorithm>

#include "diagnosis/findings.hpp"

namespace lgtmwatch {
namespace {

// A receiver has begun to answer, or a record came after a gap, since Alloy was asked: it is asked again before long.
bool is_coming_back(const View& view, const AlloyPlan& alloy, WallTime asked) {
  const auto& receivers = alloy.receivers;
  const auto& expectations = view.plan().expectations;
  return std::any_of(receivers.begin(), receivers.end(),
                     [&](const ReceiverPlan& each) { return view.receiver_recovered_since(each.name, asked); }) ||
         std::any_of(expectations.begin(), expectations.end(), [&](const Expectation& each) {
           const auto* newest = view.newest_facts(each);
           return view.alloy_of(each.receiver) == &alloy && newest && newest->active_since > asked;
         });
}

// A receiver accepts, or a source is fresh by a record that is younger than the first question that was not answered.
bool shows_life(const View& view, const AlloyPlan& alloy) {
  const auto asked = view.alloy_readiness(alloy).run()->at;
  if (is_coming_back(view, alloy, asked)) return false;
  const auto silent_since = view.find("alloy_ready", alloy.name)->bad_since.value_or(asked);
  for (const auto& expectation : view.plan().expectations) {
    const auto source = view.source(expectation);
    const bool is_young = source.last_seen && *source.last_seen > silent_since && source.state == State::healthy;
    if (view.alloy_of(expectation.receiver) == &alloy && is_young) return true;
  }
  for (const auto& receiver : alloy.receivers) {
    const auto answers = view.receiver_answers(receiver.name);
    if (view.is_receiver_in_doubt(receiver.name)) continue;
    for (const auto signal : all_signals)
      if (answers.value() && accepts(*answers.value(), signal)) return true;
  }
  return false;
}

std::vector<Signal> signals_through(const AlloyPlan& alloy) {
  std::vector<Signal> signals;
  for (const auto signal : all_signals) {
    for (const auto& receiver : alloy.receivers) {
      const auto& carried = receiver.signals;
      if (std::find(carried.begin(), carried.end(), signal) == carried.end()) continue;
      signals.push_back(signal);
      break;
    }
  }
  return signals;
}

Finding alloy_finding(const View& view, const AlloyPlan& alloy, std::string cause) {
  Finding finding;
  finding.cause = std::move(cause);
  finding.subject = alloy.name;
  finding.stage = Stage::receive;
  finding.signals = signals_through(alloy);
  finding.evidence = evidence_of(view.alloy_readiness(alloy).run());
  return finding;
}

Finding silent_alloy(const View& view, const AlloyPlan& alloy, const Error& error) {
  if (error.reason == Reason::timeout) {
    auto finding = alloy_finding(view, alloy, "alloy-hung");
    finding.summary = fmt::format("Alloy '{}' hangs: {}", alloy.name, error.what);
    finding.remedy = {"look at its CPU, memory and `docker inspect` (Paused?), then restart it"};
    return finding;
  }
  auto finding = alloy_finding(view, alloy, "alloy-down-or-crashloop");
  finding.summary = fmt::format("Alloy '{}' is down: {}", alloy.name, error.what);
  finding.remedy = {"start it; where it ends again at once, the first `Error:` line of its log names the reason"};
  return finding;
}

void explain_all_of(const View& view, Diagnosis& diagnosis, Finding& finding, const AlloyPlan& alloy) {
  for (const auto& receiver : alloy.receivers) {
    diagnosis.explained_receivers.insert(receiver.name);
    const auto answers = view.receiver_answers(receiver.name);
    if (!answers.value()) continue;
    for (const auto& answer : answers.value()->signals) {
      if (!answer.refusal) continue;
      finding.consequences.push_back(fmt::format("receiver {}: {}", receiver.name, answer.refusal->what));
      break;
    }
  }
  explain_silence(view, diagnosis, finding, [&](const Expectation& expectation) {
    return view.alloy_of(expectation.receiver) == &alloy && view.source(expectation).state != State::healthy;
  });
}

Finding only_loopback(const View& view, const AlloyPlan& alloy, const Error& error) {
  auto finding = alloy_finding(view, alloy, "alloy-http-only-loopback");
  finding.stage = Stage::watch;
  finding.signals.clear();
  finding.severity = Severity::warning;
  finding.state = State::unknown;
  finding.summary =
      fmt::format("Alloy '{}' takes telemetry, but its own HTTP port does not answer: {}", alloy.name, error.what);
  finding.remedy = {"start Alloy with --server.http.listen-addr=0.0.0.0:12345, or correct the url of this alloy"};
  return finding;
}

void find_rejected_reload(const View& view, Diagnosis& diagnosis, const AlloyPlan& alloy) {
  const auto controller = view.settled<AlloyController>("alloy_controller", alloy.name);
  if (!controller.value()) return;
  const auto& rejected = controller.value()->rejected;
  const bool is_parsed = controller.value()->config_loaded.value_or(true);
  if (is_parsed && rejected.empty()) return;
  auto finding = alloy_finding(view, alloy, "alloy-reload-rejected");
  finding.severity = Severity::warning;
  finding.state = State::degraded;
  finding.signals.clear();
  if (!is_parsed)
    finding.evidence.push_back(
        fmt::format("{}/metrics: alloy_config_last_load_successful 0", alloy.endpoint.url.text()));
  for (const auto& component : rejected)
    finding.evidence.push_back(fmt::format("{}/api/v0/web/components/{}: unhealthy, {}", alloy.endpoint.url.text(),
                                           component.id, component.why));
  finding.summary =
      fmt::format("Alloy '{}' rejected its last configuration and runs on with the one before", alloy.name);
  finding.remedy = {"run `alloy fmt` on the new configuration and read Alloy's log at the time of the reload"};
  diagnosis.findings.push_back(std::move(finding));
}

}  // namespace

void find_alloy_faults(const View& view, Diagnosis& diagnosis) {
  for (const auto& alloy : view.plan().alloys) {
    const auto ready = view.alloy_readiness(alloy);
    if (const auto* silence = view.silence(alloy)) {
      const bool alive = shows_life(view, alloy);
      auto finding = alive ? only_loopback(view, alloy, *silence) : silent_alloy(view, alloy, *silence);
      if (!alive) explain_all_of(view, diagnosis, finding, alloy);
      diagnosis.findings.push_back(std::move(finding));
    } else if (ready.value() && !ready.value()->ready) {
      auto finding = alloy_finding(view, alloy, "alloy-not-ready");
      finding.summary =
          fmt::format("Alloy '{}' has not loaded a configuration: {}", alloy.name, ready.value()->message);
      finding.remedy = {"read Alloy's log: the first configuration did not load"};
      explain_all_of(view, diagnosis, finding, alloy);
      diagnosis.findings.push_back(std::move(finding));
    }
    find_rejected_reload(view, diagnosis, alloy);
  }
}

}  // namespace lgtmwatch
