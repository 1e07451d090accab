// Verdict: what diagnosis says of one stack. Everything that is shown of a stack is in here or in its facts.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/base/time.hpp"
#include "daemon/model/canary.hpp"
#include "daemon/model/run_record.hpp"
#include "daemon/model/words.hpp"

namespace lgtmwatch {

struct ComponentStatus {
  Component component = Component::loki;
  std::string name;  // of an Alloy; else the component's
  std::string address;
  std::optional<bool> up;     // absent before the first answer or failure
  std::optional<bool> ready;  // its own readiness endpoint; absent where it could not be asked
  std::string version;        // empty while unknown
  PhaseDurations phases{};    // of the last readiness probe
};

struct SourceStatus {
  std::string source;
  Signal signal = Signal::metrics;
  std::string receiver;
  std::string path;
  Duration max_age{};
  std::optional<WallTime> last_seen;
  State state = State::unknown;  // fresh: healthy; idle or not to be found out: unknown; stale: broken
};

struct ReceiverStatus {
  std::string receiver;
  Signal signal = Signal::metrics;
  State state = State::unknown;  // healthy: it accepted an empty export
};

struct DatasourceStatus {
  std::string datasource;  // the configured uid; the one that was found where none is configured
  Signal signal = Signal::metrics;
  State state = State::unknown;  // healthy: a real query through Grafana came back
};

// The way of one signal from a configured receiver through Alloy, as Alloy's own graph draws it.
struct PipelineStatus {
  std::string alloy;
  std::string receiver;
  Signal signal = Signal::metrics;
  std::vector<std::string> through;  // component ids, from the receiver to the exporter
  std::string sends_to;              // the exporter's address or URL; empty where it is not known
  Component backend = Component::mimir;
};

struct StageState {
  Stage stage = Stage::source;
  State state = State::unknown;
};

struct PathVerdict {
  std::string path;
  Signal signal = Signal::metrics;
  std::vector<StageState> stages;
};

struct Finding {
  std::string id() const;  // the same while it lasts: cause, subject, signal and path
  std::optional<Signal> signal() const { return signals.size() == 1 ? std::optional(signals.front()) : std::nullopt; }

  std::string cause;    // an id of the catalogue, see diagnosis/catalogue.hpp
  std::string subject;  // a configured name: a component, a receiver, a source
  Stage stage = Stage::source;
  std::vector<Signal> signals;  // that it concerns
  std::string path;             // empty where it concerns several
  Severity severity = Severity::critical;
  State state = State::broken;  // what it makes of the signals that it concerns
  WallTime since{};
  std::string summary;
  std::vector<std::string> evidence;
  std::vector<std::string> remedy;
  std::vector<std::string> alternatives;
  std::vector<std::string> consequences;
  bool rests_on_silence = false;  // what is missing is all that speaks for it
  std::set<std::string> targets;  // the expectations whose paths it breaks at its stage, by target_of()
};

// One thing that must hold; the score counts them.
struct Criterion {
  std::string name;  // "loki answers", "scanium-backend/logs@docker is fresh"
  State state = State::unknown;
  std::string note{};  // what is missing, where the name alone does not say
};

struct StackVerdict {
  std::string name;
  State state = State::unknown;
  std::map<Signal, State> signals;
  std::vector<ComponentStatus> components;
  std::vector<SourceStatus> sources;
  std::vector<ReceiverStatus> receivers;
  std::vector<DatasourceStatus> datasources;
  std::vector<PipelineStatus> pipelines;
  std::vector<CanaryStatus> canaries;  // in the order of the facts
  std::vector<DashboardStatus> dashboards;
  std::vector<PathVerdict> paths;
  std::vector<Finding> findings;
  std::vector<Criterion> criteria;
};

std::size_t criteria_met(const StackVerdict& verdict);

}  // namespace lgtmwatch
