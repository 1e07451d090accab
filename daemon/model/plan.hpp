// The plan: what is watched and how. Complete and checked; made only by daemon/config from the YAML,
// immutable afterwards. Everything below the loader takes parts of it and never checks again.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/base/endpoint.hpp"
#include "daemon/base/time.hpp"
#include "daemon/model/alerting_plan.hpp"
#include "daemon/model/canary_plan.hpp"
#include "daemon/model/component_plan.hpp"
#include "daemon/model/maintenance.hpp"
#include "daemon/model/words.hpp"

namespace lgtmwatch {

struct MimirPlan : ComponentPlan {
  using ComponentPlan::ComponentPlan;

  MimirKind kind = MimirKind::mimir;
  std::string api_prefix;  // before /api/v1/query: "/prometheus" for Mimir and Cortex, "" for Prometheus
  std::string ready_path;  // "/ready" or "/-/ready"
};

struct TempoPlan : ComponentPlan {
  using ComponentPlan::ComponentPlan;

  std::optional<Endpoint> otlp_grpc;  // its own OTLP receivers, past Alloy
  std::optional<Endpoint> otlp_http;
};

struct GrafanaPlan : ComponentPlan {
  using ComponentPlan::ComponentPlan;

  std::map<Component, std::string> datasources;  // uids by backend; a backend that is left out is found by type
  std::vector<std::string> dashboards;           // uid, or "folder:NAME" for all dashboards of a folder

  std::optional<Duration> asks_dashboards_every;

  // Every panel is a query, so dashboards are asked less often than everything else, and may take longer.
  Duration dashboard_interval() const {
    return asks_dashboards_every.value_or(std::max<Duration>(std::chrono::minutes(1), 4 * interval));
  }
  Duration dashboard_timeout() const { return std::min<Duration>(4 * timeout, dashboard_interval()); }
};

struct ReceiverPlan {
  std::string name;
  ReceiverKind kind = ReceiverKind::otlp_http;
  std::optional<Endpoint> endpoint;  // otlp, loki_push, remote_write
  std::string component;             // Alloy's component id, of kind component
  std::string file;                  // of kind file
  std::vector<Signal> signals;       // the signals that are expected to be wired
  bool names_signals = false;        // the configuration names them; else they are all that it can carry
  Duration interval{};
  Duration timeout{};
};

struct AlloyPlan : ComponentPlan {
  using ComponentPlan::ComponentPlan;

  std::string name;
  std::vector<ReceiverPlan> receivers;
};

// One signal of one source, expected through one receiver.
struct Expectation {
  std::string source;
  std::string container;  // of the source; empty where the configuration names none
  Signal signal = Signal::metrics;
  std::string receiver;  // may be empty where the configuration names none
  std::string path;      // SOURCE, or SOURCE@RECEIVER where the source has several ways for the signal
  std::string selector;  // LogQL stream selector, PromQL selector, TraceQL spanset
  Duration max_age{};
  Expect expect = Expect::when_active;
};

// "scanium-backend/logs", "scanium-backend/logs@docker": how an expectation is called in labels and sentences.
std::string target_of(const Expectation& expectation);

struct Requirements {
  bool application_jobs = true;
  bool loki_labels = true;
  bool tempo_services = true;
};

struct StackPlan {
  std::string name;
  std::optional<ComponentPlan> loki;
  std::optional<TempoPlan> tempo;
  std::optional<MimirPlan> mimir;
  std::optional<GrafanaPlan> grafana;
  std::optional<ComponentPlan> docker;
  std::optional<AlertingPlan> alerting;
  std::vector<AlloyPlan> alloys;
  std::vector<Expectation> expectations;
  std::vector<CanaryRoutePlan> canaries;  // each of a signal whose backend the stack has
  std::set<std::string> stack_jobs;
  Requirements require;
  Maintenance maintenance;
};

// Loki, Tempo, Mimir or Grafana; null where the stack has none, and for every other component.
const ComponentPlan* component_of(const StackPlan& stack, Component component);

struct Plan {
  std::vector<StackPlan> stacks;
};

}  // namespace lgtmwatch
