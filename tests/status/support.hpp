// What the tests of the store share: a judge that says what the test wants, and records of runs.
#pragma once

#include "daemon/status/store.hpp"

namespace lgtmwatch::test {

constexpr WallTime noon{std::chrono::seconds(1'795'348'800)};

// A judge that counts its calls and says what the test wants.
struct FakeJudge {
  std::vector<std::string> judged;
  std::vector<Finding> findings;

  StatusStore store(int confirmations = 2) {
    return StatusStore(
        [this](const StackFacts& facts, WallTime) {
          judged.push_back(facts.plan->name);
          StackVerdict verdict;
          verdict.name = facts.plan->name;
          verdict.findings = findings;
          return verdict;
        },
        confirmations);
  }
};

inline std::shared_ptr<const StackPlan> plan_named(const std::string& name) {
  auto plan = std::make_shared<StackPlan>();
  plan->name = name;
  return plan;
}

inline RunRecord good() { return RunRecord(Observation(LokiLabels{3})); }
inline RunRecord failed(Reason reason) { return RunRecord(Error(Phase::connect, reason, "failed")); }
inline RunRecord newest(std::optional<WallTime> last_seen) {
  NewestRecord found;
  found.last_seen = last_seen;
  return RunRecord(Observation(found));
}

inline Finding finding(const std::string& cause) {
  Finding finding;
  finding.cause = cause;
  return finding;
}

}  // namespace lgtmwatch::test
