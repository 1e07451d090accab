// Hand-made snapshots for the tests of what is shown.
#pragma once

#include <memory>
#include <string>

#include "daemon/status/store.hpp"

namespace lgtmwatch::test {

constexpr WallTime noon{std::chrono::seconds(1'795'348'800)};  // 2026-11-22T12:00:00Z

// One stack, "shop", that the test fills.
struct OneStack {
  OneStack() {
    auto plan = std::make_shared<StackPlan>();
    plan->name = "shop";
    facts.plan = std::move(plan);
    verdict.name = "shop";
  }

  void set_maintenance(Maintenance windows) {
    auto plan = std::make_shared<StackPlan>(*facts.plan);
    plan->maintenance = std::move(windows);
    facts.plan = std::move(plan);
  }

  void add_probe(const std::string& probe, const std::string& target, std::optional<Result<Observation>> last) {
    ProbeFacts probe_facts;
    probe_facts.probe = probe;
    probe_facts.target = target;
    probe_facts.address = "loki:3100";
    if (last) {
      RunRecord run(std::move(*last));
      run.at = noon;
      run.took = std::chrono::milliseconds(250);
      probe_facts.last = std::make_shared<RunRecord>(std::move(run));
      probe_facts.settled = probe_facts.last;
    }
    facts.probes.push_back(std::move(probe_facts));
  }

  Snapshot snapshot() const {
    Snapshot snapshot;
    snapshot.at = noon;
    snapshot.complete = true;
    snapshot.stacks.push_back(std::make_shared<StackSnapshot>(StackSnapshot{facts, verdict, histories}));
    return snapshot;
  }

  StackFacts facts;
  StackVerdict verdict;
  ProbeHistories histories{};
};

// The founding incident, with every field of a finding filled.
inline Finding incident() {
  Finding finding;
  finding.cause = "scraper-tails-nothing";
  finding.subject = "docker";
  finding.stage = Stage::receive;
  finding.signals = {Signal::logs};
  finding.path = "scanium-backend@docker";
  finding.severity = Severity::critical;
  finding.state = State::broken;
  finding.since = noon;
  finding.summary = "The scraper tails nothing";
  finding.evidence = {"loki_source_docker_target_entries_total 0"};
  finding.remedy = {"mount the socket"};
  finding.alternatives = {"no container runs"};
  finding.consequences = {"no logs"};
  return finding;
}

inline Error refused() { return {Phase::connect, Reason::refused, "loki:3100 refused the connection"}; }

}  // namespace lgtmwatch::test
