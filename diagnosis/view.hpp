// View: the facts of a stack as typed questions. Rules read through it and see only settled runs.
//
// Three answers are kept apart everywhere: the observation, the error of a run, and nothing (not asked yet, or
// nobody asks it).
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "daemon/model/facts.hpp"
#include "daemon/model/verdict.hpp"

namespace lgtmwatch {

template <class T>
class Seen {
 public:
  Seen() = default;
  explicit Seen(const RunRecord* run) : run_(run) {}

  const T* value() const { return run_ && run_->found ? std::get_if<T>(&*run_->found) : nullptr; }
  const Error* error() const { return run_ && run_->failure ? &*run_->failure : nullptr; }
  const RunRecord* run() const { return run_; }

 private:
  const RunRecord* run_ = nullptr;
};

class View {
 public:
  View(const StackFacts& facts, WallTime now);

  const StackPlan& plan() const { return *facts_.plan; }
  WallTime now() const { return now_; }
  const std::vector<CanaryRouteFacts>& canaries() const { return facts_.canaries; }

  template <class T>
  Seen<T> settled(std::string_view probe, std::string_view target) const {
    const auto* found = find(probe, target);
    return Seen<T>(found ? found->settled.get() : nullptr);
  }
  // Its last run brought bad news that is not confirmed yet. Rules that would blame something smaller wait for it.
  bool is_in_doubt(std::string_view probe, std::string_view target) const;
  // The same of any probe that asks the backend.
  bool is_in_doubt(Component backend) const;
  // The run told of the time before the probe, or any that asks the backend, turned to good news: whether its own bad
  // news still holds is not known before it is asked again.
  bool precedes_recovery(const RunRecord* run, std::string_view probe, std::string_view target) const;
  bool precedes_recovery(const RunRecord* run, Component backend) const;
  // Of a probe that reads counters; null where its last run found nothing, so that no figure outlives its component.
  const CounterWindows* counters(std::string_view probe, std::string_view target) const;
  const ProbeFacts* find(std::string_view probe, std::string_view target) const;
  const std::vector<ProbeFacts>& probes() const { return facts_.probes; }
  const CounterWindows* counters(Component backend) const;

  // The backend of a signal, or Grafana: its endpoint, or null where it is not configured.
  const ComponentPlan* backend(Component component) const;
  std::string address(Component component) const;
  Seen<Readiness> readiness(Component component) const;
  // Why it did not answer; null where it did, or where only the proxy on lgtmwatch's own way to it failed.
  const Error* silence(Component component) const;
  const Error* silence(const AlloyPlan& alloy) const;
  Seen<NewestRecord> newest(const Expectation& expectation) const;
  // What came of queries through Grafana's datasources of that backend.
  Seen<DatasourceAnswers> datasources(Component backend) const;
  // The panels of a configured dashboard or folder.
  Seen<DashboardPanels> dashboard(std::string_view configured) const;
  SourceStatus source(const Expectation& expectation) const;
  // The last answer itself held a young record of some source in this backend; not one that was seen before.
  bool holds_young_records(Component backend, Duration at_most = Duration::max()) const;
  const ProbeFacts* newest_facts(const Expectation& expectation) const;
  // Something on the way of the expectation is not ready, or has come back so recently that what was held back
  // meanwhile may still be under way: Alloy's OTLP exporters wait up to 30 s between two attempts, loki.write longer.
  // Silence is no fault then.
  bool is_recovering(const Expectation& expectation) const;
  bool is_recovering(Component backend) const;
  // When what is there now last began: the later of its recovery and of the start of its process.
  std::optional<WallTime> goes_on_since(Component backend) const;
  std::optional<WallTime> goes_on_since(const AlloyPlan& alloy) const;
  // It waits out the seconds that it always waits before it calls itself ready: no fault.
  bool is_starting(Component backend) const;
  // It has said for so long that it is not ready that this is no restart any more.
  bool is_stuck(Component backend) const;

  const AlloyPlan* alloy_of(const std::string& receiver) const;
  const ReceiverPlan* receiver(const std::string& name) const;
  // Through a scraper of containers or files, which reads what the source does not send itself.
  bool is_scraped(const Expectation& expectation) const;
  Seen<Readiness> alloy_readiness(const AlloyPlan& alloy) const;
  Seen<ReceiverAnswers> receiver_answers(const std::string& receiver) const;
  bool is_receiver_in_doubt(const std::string& receiver) const;
  bool receiver_recovered_since(const std::string& receiver, WallTime time) const;
  bool records_arrive_through(const std::string& receiver) const;
  // Records of the time since the receiver turned to bad news; nothing before one could have been seen.
  std::optional<bool> records_arrive_nevertheless(const std::string& receiver) const;
  // What lgtmwatch meets at a receiver says nothing of what applications meet: it has no credentials there, its
  // proxy fails, or it has no way or no trust while their records arrive.
  bool is_our_own_trouble(const std::string& receiver, const Error& refusal) const;

 private:
  const ProbeFacts* ready_facts(Component component) const;
  const ProbeFacts* receiver_facts(const std::string& receiver) const;
  // Another signal of the source, by the same receiver, has just ended a gap at whose begin this one was not stale:
  // what silenced both is over.
  bool may_follow_another(const Expectation& silent) const;

  const StackFacts& facts_;
  WallTime now_;
  std::unordered_map<std::string, const ProbeFacts*> by_name_;
};

// The refusal of one signal; null where it was accepted or not asked.
const Error* refusal_of(const ReceiverAnswers& answers, Signal signal);
bool accepts(const ReceiverAnswers& answers, Signal signal);

// The evidence lines of a run: each exchange with its answer.
std::vector<std::string> evidence_of(const RunRecord* run);

}  // namespace lgtmwatch
