// lgtmwatch's own view: no way to anything, or a backend that answers but does not let it read.
#include <fmt/format.h>

#include "diagnosis/findings.hpp"

namespace lgtmwatch {
namespace {

bool has_no_way(const Error& error) { return error.reason == Reason::dns || error.reason == Reason::unreachable; }

Finding watch_finding(std::string cause, std::string subject) {
  Finding finding;
  finding.cause = std::move(cause);
  finding.subject = std::move(subject);
  finding.stage = Stage::watch;
  finding.severity = Severity::warning;
  finding.state = State::unknown;
  return finding;
}

// What answers there may be something else altogether.
bool may_be_a_stranger(const Error& error) {
  return error.reason == Reason::parse || error.reason == Reason::mismatch || error.reason == Reason::not_found ||
         error.reason == Reason::protocol;
}

Finding unreadable(Component backend, const std::string& address, const Error& error) {
  const auto name = display_name(backend);
  const auto subject = std::string(to_string(backend));
  if (error.reason == Reason::tenant) {
    auto finding = watch_finding("watcher-tenant-missing", subject);
    finding.summary =
        fmt::format("{} does not let lgtmwatch read: {}. Whether telemetry arrives is unknown", name, error.what);
    finding.remedy = {
        fmt::format("set `tenant` of the stack, or `{}.tenant`, to the tenant that Alloy writes to", subject)};
    return finding;
  }
  if (error.reason == Reason::auth) {
    auto finding = watch_finding("watcher-auth-rejected", subject);
    finding.summary = fmt::format("{} rejects lgtmwatch's credentials: {}", name, error.what);
    finding.remedy = {fmt::format("correct `{}.auth`", subject)};
    return finding;
  }
  auto finding = watch_finding("watcher-query-failed", subject);
  finding.summary = fmt::format("{} cannot be asked at {}: {}", name, address, error.what);
  if (may_be_a_stranger(error))
    finding.remedy = {fmt::format("check that it is {} that answers at {}", name, address)};
  else
    finding.remedy = {error.hint.empty() ? fmt::format("repeat the request below and look at {}'s log", name)
                                         : error.hint};
  return finding;
}

// The first run among the questions to a backend that failed although it was answered or waited for.
const RunRecord* failed_question(const View& view, Component backend) {
  const auto address = view.address(backend);
  const std::string name(to_string(backend));
  for (const auto& probe :
       {name + "_ready", std::string("loki_labels"), std::string("tempo_services"), std::string("mimir_tenant")}) {
    const auto run = view.settled<Readiness>(probe, address).run();
    if (probe.starts_with(name) && run && run->failure) return run;
  }
  for (const auto& expectation : view.plan().expectations) {
    const auto newest = view.newest(expectation);
    if (backend_of(expectation.signal) == backend && newest.error()) return newest.run();
  }
  return nullptr;
}

}  // namespace

void find_own_blindness(const View& view, Diagnosis& diagnosis) {
  std::size_t asked = 0;
  std::vector<const RunRecord*> blind;
  const auto count = [&](const Seen<Readiness>& ready) {
    if (ready.run()) ++asked;
    if (ready.error() && has_no_way(*ready.error())) blind.push_back(ready.run());
  };
  for (const auto component : {Component::loki, Component::tempo, Component::mimir, Component::grafana})
    count(view.readiness(component));
  for (const auto& alloy : view.plan().alloys) count(view.alloy_readiness(alloy));
  if (asked < 2 || blind.size() != asked) return;

  auto finding = watch_finding("watcher-not-on-network", "lgtmwatch");
  finding.severity = Severity::critical;
  finding.summary = fmt::format("lgtmwatch has no way to any of the {} components of this stack: {}", asked,
                                blind.front()->failure->what);
  for (const auto* run : blind)
    for (auto& line : evidence_of(run)) finding.evidence.push_back(std::move(line));
  finding.remedy = {"attach lgtmwatch to the network of the stack, and check the names in its configuration"};
  diagnosis.findings.push_back(std::move(finding));
}

void find_unreadable_backends(const View& view, Diagnosis& diagnosis) {
  for (const auto backend : {Component::mimir, Component::loki, Component::tempo}) {
    const auto ready = view.readiness(backend);
    if (ready.error() && did_not_answer(*ready.error())) continue;  // find_backend_faults has told it
    if (view.is_in_doubt(std::string(to_string(backend)) + "_ready", view.address(backend))) continue;
    const auto* run = failed_question(view, backend);
    if (!run) continue;
    const bool refused_us = run->failure->reason == Reason::tenant || run->failure->reason == Reason::auth;
    if (view.is_recovering(backend) && !refused_us) continue;  // it has not come back entirely
    auto finding = unreadable(backend, view.address(backend), *run->failure);
    finding.evidence = evidence_of(run);
    for (const auto signal : all_signals)
      if (backend_of(signal) == backend) finding.signals = {signal};
    diagnosis.findings.push_back(std::move(finding));
  }
}

}  // namespace lgtmwatch
