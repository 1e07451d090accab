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
  std::size_t labels = 0;  // label names of the last hour, without those that only canaries carry
};

struct TempoServices {
  std::size_t services = 0;  // without the canaries' own
};

struct MimirTenant {
  std::optional<double> series;  // in memory, without lgtmwatch's own; absent where the component does not say
  std::size_t jobs = 0;
  std::size_t application_jobs = 0;  // jobs without stack_jobs and without lgtmwatch's own
};

// The newest record of one expectation. No last_seen: nothing within the window that was asked.
struct NewestRecord {
  std::optional<WallTime> last_seen;
  Duration window{};
};

// One step of a pipeline: data flows from one component of an Alloy to another.
struct GraphEdge {
  std::string from;
  std::string to;
  auto operator<=>(const GraphEdge&) const = default;
};

struct AlloyController {
  std::map<std::string, int> components;  // by health: healthy, unhealthy, unknown, exited
  std::vector<std::string> unhealthy;     // component names, as /-/healthy gives them
  std::optional<bool> config_loaded;      // of the last load; false: the reload was rejected, the old one runs on
  std::string version;
  std::vector<GraphEdge> graph;  // as its metrics draw it; empty before Alloy 1.18
  CounterReadings readings;
};

// What the component's arguments say: where it listens, where it sends to.
struct AlloyComponent {
  std::string id;
  std::string http;                             // of a receiver: "0.0.0.0:4318", empty where it serves none
  std::string grpc;                             // of a receiver
  std::string sends_to;                         // of an exporter: its address or URL
  bool with_tls = false;                        // of an exporter over gRPC
  std::optional<std::vector<Signal>> hands_on;  // of one with an output block: the signals that have an output
};

struct AlloyComponents {
  std::vector<AlloyComponent> components;
  std::vector<GraphEdge> graph;
};

// One that the page of a ring calls unhealthy.
struct RingMember {
  std::string ring;  // "ingester"
  std::string page;  // its path: "/ring"
  std::string id;
  std::string address;
  std::optional<WallTime> heard;  // its last sign of life
};

// A backend's own counters.
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
                                 DatasourceAnswers, DashboardPanels, DockerContainers>;

// False where the facts themselves are bad news, so that they need to be confirmed by a second run before the
// daemon speaks of them: not ready, nothing there, refused. Age is not looked at; max_age is its own patience.
bool is_good_news(const Observation& observation);

// The counters that the run has read; null where its kind reads none.
CounterReadings* readings_in(Observation& observation);

}  // namespace lgtmwatch
