// A stack `shop` whose findings and states come and go as a test says, and the time with them.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "daemon/history/incident_book.hpp"

namespace lgtmwatch::test {

constexpr WallTime noon{std::chrono::seconds(1'795'348'800)};  // 2026-11-22T12:00:00Z

inline Finding finding(const std::string& cause, const std::string& evidence = "GET /ready → 503") {
  Finding made;
  made.cause = cause;
  made.subject = "loki";
  made.stage = Stage::ingest;
  made.signals = {Signal::logs};
  made.path = "shop@docker";
  made.severity = Severity::critical;
  made.state = State::broken;
  made.summary = cause + " happens";
  made.evidence = {evidence};
  made.remedy = {"mend it"};
  made.alternatives = {"the network"};
  made.consequences = {"no logs of shop arrive"};
  return made;
}

struct Shop {
  Shop() {
    plan->name = "shop";
    probe.probe = "loki_ready";
    asked(true);
  }

  void asked(bool is_so) {
    probe.last = is_so ? std::make_shared<const RunRecord>(Error(Phase::connect, Reason::refused, "refused")) : nullptr;
  }
  void begins(Finding made) {
    made.since = at;
    verdict.findings.push_back(std::move(made));
  }
  void ends() { verdict.findings.clear(); }

  Snapshot snapshot() const {
    auto stack = std::make_shared<StackSnapshot>();
    stack->facts.plan = plan;
    stack->facts.probes = {probe};
    stack->verdict = verdict;
    stack->verdict.name = plan->name;
    Snapshot made;
    made.at = at;
    made.stacks = {stack};
    return made;
  }

  WallTime at = noon;
  std::shared_ptr<StackPlan> plan = std::make_shared<StackPlan>();
  ProbeFacts probe;
  StackVerdict verdict;
};

inline Incident only(const IncidentBook& book) {
  return book.incidents().size() == 1 ? book.incidents().begin()->second : Incident();
}

inline std::vector<Incident> all(const IncidentBook& book) {
  std::vector<Incident> found;
  for (const auto& [id, incident] : book.incidents()) found.push_back(incident);
  return found;
}

inline std::string story(const Incident& incident) {
  std::string text;
  for (const auto& event : incident.events) text += (text.empty() ? "" : " / ") + event.what;
  return text;
}

}  // namespace lgtmwatch::test
