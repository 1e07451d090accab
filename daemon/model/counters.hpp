// Counters: what components count of themselves, as single readings and as windows over time.
//
// A probe reads them in one scrape (CounterReadings); daemon/status keeps a window of each (CounterWindows) for
// diagnosis and /metrics: accumulated differences within one life of a process, so that a restart makes no jump.
#pragma once

#include <array>
#include <compare>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/base/time.hpp"
#include "daemon/model/words.hpp"

namespace lgtmwatch {

enum class CounterKind {
  receiver_accepted,    // detail: transport of an OTLP receiver, "http" or "grpc"
  receiver_refused,     // as above
  receiver_failed,      // as above
  receiver_rejected,    // requests refused before they were counted; detail: "http 415", "http 2.0" (gRPC), "grpc CODE"
  processor_in,         // items or samples that came to a processor or relabelling
  processor_out,        // and that left it
  processor_dropped,    // lines that a loki.process dropped; detail: the reason that it was given
  processor_refused,    // by a memory limiter
  exporter_sent,        // items that the backend took
  exporter_failed,      // items that were given up; detail: why, where the component says it
  exporter_dropped,     // items for which there was no room
  exporter_attempt,     // requests that failed and may be tried again; detail: status or kind of error
  exporter_appended,    // samples that wait to be sent by a remote write
  scraper_entries,      // lines that a log scraper read; detail: the file, "" of all that are gone or not told apart
  discovery_failures,   // detail: the mechanism, "docker"
  backend_received,     // detail: "" of our tenant, "other" of all other tenants
  backend_discarded,    // detail: the backend's own reason
  backend_stored,       // chunks or blocks that a backend has written to its store
  backend_failure,      // what a backend fails at with its own disk; detail: "chunk flush", "full disk"
  alert_sent,           // alerts that a ruler sent or tried to send, once for each Alertmanager
  alert_dropped,        // alerts that no Alertmanager took from it
  notification_sent,    // notifications that an Alertmanager sent or tried to send; detail: the integration
  notification_failed,  // of them those that failed; detail as above
};

enum class GaugeKind {
  queue_size,
  queue_capacity,
  in_flight,
  samples_pending,  // of a remote write
  highest_read,     // Unix time of the newest sample that a remote write was given
  highest_sent,     // and of the newest that it has sent; 0 before the first
  targets,          // of a scraper
  disk_usage,       // of the disk of a backend's write-ahead log: the share that is full, 0 to 1
  replaying,        // 1 while a backend replays its write-ahead log
  flush_queue,      // of a backend: what waits to be written to its store
  ring_members,     // of a ring of a backend, which is the subject: "ingester"
  ring_unhealthy,   // those of them that give no sign of life
};

struct CounterKey {
  CounterKind kind = CounterKind::receiver_accepted;
  std::string subject;  // Alloy's component id, or the backend's name
  std::optional<Signal> signal;
  std::string detail;

  auto operator<=>(const CounterKey&) const = default;
};

struct CounterReading {
  CounterKey key;
  double value = 0;
  // Made from several counters that do not move at the same moment: a small step back is no restart.
  bool wavers = false;
};

struct Gauge {
  GaugeKind kind = GaugeKind::queue_size;
  std::string subject;
  std::optional<Signal> signal;
  double value = 0;
  std::optional<double> before;  // in the reading before; set by daemon/status
};

// One scrape. Labelled counters do not exist before their first event, so parsers add zeros where a sibling family
// of the same component is there.
struct CounterReadings {
  std::optional<WallTime> process_start;
  std::vector<CounterReading> counters;
  std::vector<Gauge> gauges;
  std::vector<std::string> absent;  // families that are expected of such a component, of which there is no series
};

struct CounterPoint {
  WallTime at{};
  double total = 0;
};

struct CounterWindow {
  double increase() const { return newest.total - previous.total; }
  double increase_of_minutes() const { return newest.total - oldest.total; }  // of five to ten, once known for so long

  double raw = 0;         // as the component wrote it last
  CounterPoint newest;    // totals since lgtmwatch saw it first
  CounterPoint previous;  // one reading before
  CounterPoint older;     // up to five minutes ago
  CounterPoint oldest;    // five to ten minutes ago
  std::optional<WallTime> last_moved;
  int moved_in_a_row = 0;  // readings, up to the newest, that found it higher; within one life of the process
  int still_in_a_row = 0;
};

struct CounterWindows {
  const CounterWindow* find(const CounterKey& key) const;
  const Gauge* gauge(GaugeKind kind, const std::string& subject, std::optional<Signal> signal) const;

  std::shared_ptr<const std::vector<CounterKey>> keys;  // sorted; shared between readings while they stay the same
  std::vector<CounterWindow> windows;                   // of keys
  std::vector<Gauge> gauges;
  std::vector<std::string> absent;  // as in the newest reading
  std::optional<WallTime> process_start;
  WallTime at{};
};

}  // namespace lgtmwatch
