// Observations: what one run of a probe found out, as plain facts. No judgement of a path is in here; that is
// the work of diagnosis/. A run that found nothing out is an Error instead.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "daemon/base/result.hpp"
#include "daemon/base/time.hpp"
#include "daemon/model/alerting.hpp"
#include "daemon/model/alloy_components.hpp"
#include "daemon/model/container_logs.hpp"
#include "daemon/model/containers.hpp"
#include "daemon/model/counters.hpp"
#include "daemon/model/grafana.hpp"
#include "daemon/model/scraper.hpp"
#include "daemon/model/words.hpp"

namespace lgtmwatch {

// What the component says of itself. Can turn it red, never green.
struct Readiness {
  bool ready = false;
  std::string message;  // its own words where it is not ready: "Ingester not ready: waiting for 15s after being ready"
  std::string version{};  // where the same answer says it
};

struct BuildInfo {
  std::string version;  // "unknown" where the component does not say
};

struct LokiLabels {
  std::size_t labels = 0;   // label names of the last hour, without those that only canaries carry
  std::size_t unnamed = 0;  // of the service names: those that stand for none, "unknown_service"
};

struct TempoServices {
  std::size_t services = 0;  // without the canaries' own
  std::size_t unnamed = 0;   // of them: those that stand for none, "unknown_service:node"
};

struct MimirTenant {
  std::optional<double> series;  // in memory, without lgtmwatch's own; absent where the component does not say
  std::size_t jobs = 0;
  std::size_t application_jobs = 0;  // jobs without stack_jobs and without lgtmwatch's own
  std::size_t unnamed = 0;           // of them: those that stand for no service name, "unknown_service:node"
};

// The newest record of one expectation. No last_seen: nothing within the window that was asked.
struct NewestRecord {
  std::optional<WallTime> last_seen;
  Duration window{};
  // Where a metric was named and none of its samples is young: the newest target_info with the same job.
  std::optional<WallTime> target_info{};
};

// The newest log record of one expectation before the window in which it is looked for otherwise.
struct OlderRecord {
  std::optional<WallTime> newest;
  Duration from{};  // how far back was looked
  Duration to{};
};

// A component of Alloy that runs on as it was, since what it was newly given could not be evaluated.
struct RejectedComponent {
  std::string id;   // "prometheus.scrape.shop"
  std::string why;  // "decoding configuration: config.alloy:7:3: unrecognized attribute name …"
};

struct AlloyController {
  std::map<std::string, int> components;  // by health: healthy, unhealthy, unknown, exited
  std::vector<RejectedComponent> rejected;
  std::optional<bool> config_loaded;  // of the last load; false: it could not be parsed, and the old one runs on
  std::string version;
  std::vector<GraphEdge> graph;  // as its metrics draw it; empty before Alloy 1.18
  CounterReadings readings;
};

// One that the page of a ring calls unhealthy.
struct RingMember {
  std::string ring;  // "ingester"
  std::string page;  // its path: "/ring"
  std::string id;
  std::string address;
  std::optional<WallTime> heard;  // its last sign of life
};

// A component's own counters.
struct BackendCounters {
  CounterReadings readings;
  std::vector<RingMember> unhealthy{};  // asked for only where the counters tell of some
};

// An empty export for each signal; no refusal means that it was accepted.
struct SignalAnswer {
  Signal signal = Signal::metrics;
  std::optional<Error> refusal;
};

struct ReceiverAnswers {
  std::vector<SignalAnswer> signals;
};

using Observation = std::variant<Readiness, BuildInfo, LokiLabels, TempoServices, MimirTenant, NewestRecord,
                                 AlloyController, ReceiverAnswers, AlloyComponents, AlloyScraper, BackendCounters,
                                 OlderRecord, DatasourceAnswers, DashboardPanels, DockerContainers, ContainerLines,
                                 ContainerLogs, RulerRules, RuleMetrics, AlertmanagerState>;

// False where the facts themselves are bad news, so that they need to be confirmed by a second run before the
// daemon speaks of them: not ready, nothing there, refused. Age is not looked at; max_age is its own patience.
bool is_good_news(const Observation& observation);

// The counters that the run has read; null where its kind reads none.
CounterReadings* readings_in(Observation& observation);

}  // namespace lgtmwatch
