// Snapshots of one stack `home`, whose findings come and go as a test says.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "daemon/alert/desk.hpp"

namespace lgtmwatch::test {

inline constexpr WallTime evening{std::chrono::seconds(1795352139)};

inline Finding finding(const std::string& cause, Severity severity = Severity::critical,
                       std::vector<Signal> signals = {Signal::logs}) {
  Finding made;
  made.cause = cause;
  made.subject = "loki";
  made.stage = Stage::ingest;
  made.signals = std::move(signals);
  made.severity = severity;
  made.since = evening;
  made.summary = cause + " happens";
  made.remedy = {"mend it"};
  return made;
}

class Night {
 public:
  Night() { plan_->name = "home"; }

  void begins(Finding finding) {
    finding.since = at;
    findings_.push_back(std::move(finding));
  }
  void ends(const std::string& cause) {
    std::erase_if(findings_, [&](const Finding& each) { return each.cause == cause; });
  }
  void maintenance(Duration from_now, Duration length, std::vector<Signal> signals) {
    plan_->maintenance.push_back({std::move(signals), at + from_now, at + from_now + length, false});
  }

  Snapshot snapshot() const {
    auto stack = std::make_shared<StackSnapshot>();
    stack->facts.plan = plan_;
    stack->verdict.name = plan_->name;
    stack->verdict.findings = findings_;
    Snapshot made;
    made.at = at;
    made.complete = made.ready = true;
    made.stacks = {stack};
    return made;
  }

  WallTime at = evening;

 private:
  std::shared_ptr<StackPlan> plan_ = std::make_shared<StackPlan>();
  std::vector<Finding> findings_;
};

}  // namespace lgtmwatch::test
