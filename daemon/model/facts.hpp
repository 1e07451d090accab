// Facts: everything that is known of one stack at one moment. Kept by daemon/status, judged by diagnosis/.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/model/canary.hpp"
#include "daemon/model/clock_past.hpp"
#include "daemon/model/counters.hpp"
#include "daemon/model/plan.hpp"
#include "daemon/model/run_record.hpp"

namespace lgtmwatch {

// How steadily a panel of a dashboard has had data, and for how long it has been empty.
struct PanelPast {
  int with_data = 0;        // the last runs in a row that found new data
  int empty = 0;            // the runs in a row since then that found it empty
  bool broken_off = false;  // it was empty, or without new data, before: a panel that comes and goes
  bool aged = false;        // since those runs its data has grown old
  int failing = 0;          // the last runs in a row that failed
  std::optional<WallTime> newest;
};

// Of a probe that looks for older records: when its newest was last found to have gone on with the time.
struct OlderPast {
  WallTime asked{};  // the last run
  std::optional<WallTime> newest;
  std::optional<WallTime> advanced;  // the run that found it so
  WallTime asked_before{};           // and the one before that
};

struct ProbeFacts {
  std::string probe;   // the kind: "loki_labels"
  std::string target;  // as in ProbePlan
  Component component = Component::loki;
  std::string address;   // "loki:3100"
  std::string question;  // what else its answers depend on: URL, tenant, selector

  std::shared_ptr<const RunRecord> last;     // the latest run; null before the first has ended
  std::shared_ptr<const RunRecord> settled;  // the run that a verdict may rest on: bad news counts once confirmed
  std::optional<WallTime> last_seen;         // of kind newest: the newest record that was ever seen
  Duration max_age{};                        // of kind newest: what the expectation allows
  std::optional<WallTime> advanced_at;       // of kind newest: when a run last found a newer one than those before
  std::optional<WallTime> active_since;      // of kind newest: first record behind the last gap longer than max_age
  std::optional<WallTime> gap_since;         // of kind newest: the last record before that gap
  std::optional<WallTime> bad_since;         // since when settled brings bad news; absent while it brings good news
  std::optional<WallTime> recovered_at;      // when settled bad news last turned into good news
  std::map<std::string, PanelPast> panels;   // of a dashboard, by id of the panel
  ClockPast clock;
  OlderPast older;  // of kind older
  // Of kind docker_lines, by container: the times of lines that were its newest once, ascending; the older, the
  // sparser.
  std::map<std::string, std::vector<WallTime>> lines;
  std::map<Reason, std::uint64_t> failures;
  std::shared_ptr<const CounterWindows> counters;  // of kinds that read counters; null before the first reading
};

struct StackFacts {
  std::shared_ptr<const StackPlan> plan;
  std::vector<ProbeFacts> probes;
  std::vector<CanaryRouteFacts> canaries;  // in the order of the plan
};

}  // namespace lgtmwatch
