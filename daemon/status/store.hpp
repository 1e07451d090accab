// StatusStore: what is known of every stack, and the snapshots that everything is shown from.
//
// One writer (the event loop). A snapshot is immutable; page, JSON, metrics and logs are functions of it, so they
// cannot disagree. Only stacks that changed since the last snapshot are judged again.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/model/facts.hpp"
#include "daemon/model/verdict.hpp"
#include "daemon/status/health.hpp"
#include "daemon/status/probe_history.hpp"

namespace lgtmwatch {

using ProbeHistories = std::vector<std::shared_ptr<const ProbeHistory>>;

struct StackSnapshot {
  StackFacts facts;
  StackVerdict verdict;
  ProbeHistories histories{};  // in the order of the probes; null before the first run of one
};

struct Snapshot {
  WallTime at{};
  bool complete = false;  // every probe has run at least once
  bool ready = false;     // it was complete once, perhaps with the configuration before this one
  std::vector<std::shared_ptr<const StackSnapshot>> stacks;
};

using Judge = std::function<StackVerdict(const StackFacts& facts, WallTime now)>;

class StatusStore {
 public:
  // confirmations: see health.hpp.
  StatusStore(Judge judge, int confirmations) : judge_(std::move(judge)), confirmations_(confirmations) {}

  // A probe of a stack: where its runs will be recorded.
  struct Place {
    std::size_t stack = 0;
    std::size_t probe = 0;
  };

  std::size_t add_stack(std::shared_ptr<const StackPlan> plan);
  Place add_probe(std::size_t stack, ProbeFacts facts);

  // After a reload: what was known of a probe that asks the same question in a stack of the same name goes on, and so
  // do the findings of that stack. Before the first record().
  void take_over(const StatusStore& before);

  void record(Place place, RunRecord run);
  void set_canaries(const std::string& stack, std::vector<CanaryRouteFacts> canaries);
  // The windows of the stack from now on, in place of those of its plan.
  void set_maintenance(const std::string& stack, Maintenance windows);
  // Judges the stack where it changed; show() then has it. For many stacks, so that other work goes on between two.
  void judge(std::size_t stack, WallTime now);
  std::size_t stacks() const { return stacks_.size(); }
  // Publishes what was judged, each stack as it was then.
  std::shared_ptr<const Snapshot> show(WallTime now);
  // Judges what changed and publishes it. A finding that rests on silence alone waits until a minute after one that
  // told more of the same signal: it is mostly the rest of that. Findings keep the `since` of the first snapshot that
  // had them, also when they come to concern more signals or fewer.
  std::shared_ptr<const Snapshot> publish(WallTime now);
  // The last published one; before the first publish() an empty one.
  std::shared_ptr<const Snapshot> snapshot() const { return snapshot_; }

 private:
  struct Stack {
    StackFacts facts;
    std::vector<Health> health;
    ProbeHistories histories;
    std::map<std::string, WallTime> since;
    std::map<Signal, WallTime> explained;  // when a finding that rests on more than silence broke the signal last
    std::shared_ptr<const StackSnapshot> published;
    std::size_t not_run = 0;
    bool changed = true;
    bool complete = false;  // every probe had run when it was judged
  };

  static void take_over(Stack& stack, const Stack& before);
  static void hold_back_remainders(Stack& stack, StackVerdict& verdict, WallTime now);
  void judge_again(Stack& stack, WallTime now) const;

  Judge judge_;
  int confirmations_;
  std::vector<Stack> stacks_;
  std::size_t probes_ = 0;  // of all stacks
  bool ready_ = false;
  std::shared_ptr<const Snapshot> snapshot_ = std::make_shared<Snapshot>();
};

}  // namespace lgtmwatch
