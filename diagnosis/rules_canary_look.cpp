// Canaries that the backend has, and that another way to read does not find, or not when they are old.
#include <fmt/format.h>

#include <algorithm>

#include "diagnosis/canaries.hpp"
#include "diagnosis/findings.hpp"

namespace lgtmwatch {
namespace {

using Results = std::vector<CanaryLookResult>;

const CanaryLookPlan* plan_of(const CanaryRouteFacts& route, const CanaryLook& look) {
  for (const auto* plans : {&route.plan->looks, &route.plan->rereads})
    for (const auto& plan : *plans)
      if (plan.name == look.name) return &plan;
  return nullptr;
}

bool were_both(const CanaryLook& look, const Results& results) {
  return look.recent.size() > 1 && std::all_of(look.recent.begin(), look.recent.end(), [&](CanaryLookResult result) {
           return std::find(results.begin(), results.end(), result) != results.end();
         });
}

// The backend answered, with an error.
bool says_an_error(const CanaryLook& look) {
  return look.failure && (look.failure->reason == Reason::http_status || look.failure->reason == Reason::limit);
}

std::string last_two(const CanaryLook& look) {
  return fmt::format("the last two were {} and {}{}", to_string(look.recent[0]), to_string(look.recent[1]),
                     look.failure ? " (" + look.failure->what + ")" : "");
}

Finding look_finding(const CanaryRouteFacts& route, const CanaryLook& look, std::string cause, Stage stage) {
  Finding finding;
  finding.cause = std::move(cause);
  finding.subject = route.plan->route;
  finding.stage = stage;
  finding.signals = {route.plan->signal};
  finding.state = State::degraded;
  finding.severity = Severity::warning;
  if (!look.evidence.empty()) finding.evidence = {look.evidence};
  return finding;
}

// What it then reads again it does not search at once (seen in Tempo 3.0.3).
bool has_tempo_begun_anew(const View& view) {
  constexpr Duration reading_again = std::chrono::minutes(5);
  const auto begun = view.goes_on_since(Component::tempo);
  return begun && view.now() - *begun < reading_again;
}

std::optional<Finding> search_fault(const CanaryRouteFacts& route, const CanaryLook& look) {
  const bool fails = were_both(look, {CanaryLookResult::missing, CanaryLookResult::unknown}) &&
                     (look.recent.front() == CanaryLookResult::missing || says_an_error(look));
  if (!fails) return std::nullopt;
  auto finding = look_finding(route, look, "tempo-search-broken-by-id-works", Stage::query);
  finding.summary =
      fmt::format("Tempo gives a canary by its trace id, and its search does not find it: {}", last_two(look));
  finding.remedy = {
      "read what Tempo answered, below, and its log at that moment: a block that is broken, or a live store or querier "
      "that fails; people find traces by search alone"};
  return finding;
}

std::optional<Finding> grafana_fault(const CanaryRouteFacts& route, const CanaryLook& look) {
  if (!were_both(look, {CanaryLookResult::missing})) return std::nullopt;
  const auto backend = display_name(backend_of(route.plan->signal));
  auto finding = look_finding(route, look, "grafana-ds-green-but-empty", Stage::visualize);
  if (!route.plan->datasource.empty()) finding.subject = route.plan->datasource;
  finding.summary =
      fmt::format("{} gives a canary, and Grafana's datasource answers without it: {}", backend, last_two(look));
  finding.remedy = {
      fmt::format("let the datasource read the {} and the tenant that is written to: compare its URL and "
                  "its header X-Scope-OrgID with those of the configuration",
                  backend)};
  return finding;
}

std::vector<std::string> what_loses_old_data(Signal signal) {
  switch (signal) {
    case Signal::metrics: return {"mimir-old-blocks-unqueryable", "retention-deletes-everything"};
    case Signal::logs: return {"loki-flush-failing", "retention-deletes-everything", "compactor-hides-days"};
    case Signal::traces: break;
  }
  return {"retention-deletes-everything"};
}

std::optional<Finding> reread_fault(const CanaryRouteFacts& route, const CanaryLook& look) {
  const bool fails = were_both(look, {CanaryLookResult::unknown}) && says_an_error(look);
  const bool is_gone = were_both(look, {CanaryLookResult::missing, CanaryLookResult::corrupt});
  if (!fails && !is_gone) return std::nullopt;
  const bool is_known = fails && route.plan->signal == Signal::metrics;
  auto finding =
      look_finding(route, look, is_known ? "mimir-old-blocks-unqueryable" : "old-data-missing", Stage::query);
  const auto counts = route.tally.looks.find(look.name);
  const bool was_found = counts != route.tally.looks.end() && counts->second[CanaryLookResult::found] > 0;
  if (is_gone && !was_found) {
    finding.state = State::healthy;
    finding.severity = Severity::info;
  }
  const auto backend = display_name(backend_of(route.plan->signal));
  finding.summary = fmt::format("{} gives canaries that are new, and not those that are {} old: {}", backend, look.name,
                                last_two(look));
  finding.remedy = {
      fmt::format("if {} keeps nothing for {}, leave that age out of canaries.reread", backend, look.name),
      fmt::format("else look into the log of {}'s compactor and store, and at what it flushes", backend)};
  for (auto& alternative : what_loses_old_data(route.plan->signal))
    if (alternative != finding.cause) finding.alternatives.push_back(std::move(alternative));
  return finding;
}

std::optional<Finding> fault_of(const View& view, const CanaryRouteFacts& route, const CanaryLook& look) {
  const auto* plan = plan_of(route, look);
  if (!plan) return std::nullopt;
  if (plan->read == CanaryRead::search) return has_tempo_begun_anew(view) ? std::nullopt : search_fault(route, look);
  if (plan->read == CanaryRead::grafana) return grafana_fault(route, look);
  return reread_fault(route, look);
}

void add(Diagnosis& diagnosis, const CanaryRouteFacts& route, const CanaryLook& look, Finding fault) {
  auto& findings = diagnosis.findings;
  const auto greater = std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.stage == fault.stage && concerns(finding, route.plan->signal);
  });
  if (greater == findings.end()) {
    findings.push_back(std::move(fault));
  } else {
    greater->consequences.push_back(
        fmt::format("{}/{} {}: {}", canary_path_of(route), to_string(route.plan->signal), look.name, last_two(look)));
  }
}

}  // namespace

void find_canary_look_faults(const View& view, Diagnosis& diagnosis) {
  for (const auto& route : view.canaries()) {
    if (canary_state(view, route) != State::healthy) continue;
    for (const auto& look : route.looks) {
      auto fault = fault_of(view, route, look);
      if (fault) add(diagnosis, route, look, std::move(*fault));
    }
  }
}

}  // namespace lgtmwatch
