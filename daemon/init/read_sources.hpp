// From what the backends hold to the sources that the configuration expects, and the receivers that they come by. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "daemon/init/found.hpp"
#include "daemon/init/rhythm.hpp"
#include "daemon/model/containers.hpp"
#include "daemon/model/counters.hpp"

namespace lgtmwatch {

// How something came, as its labels tell.
enum class Origin { otlp, container, file, scrape };

// One thing that a backend holds.
struct Seen {
  Signal signal = Signal::metrics;
  Origin origin = Origin::otlp;
  std::string source;  // its service, job or container
  std::string detail;  // the container, or the file
  Rhythm rhythm;
  std::string trouble;  // why it could not be asked when it came
};

// Receivers that took something of a signal since Alloy was started, by their component and transport.
struct ReceiverUse {
  std::string component;
  std::string transport;  // "http", "grpc"
  Signal signal = Signal::metrics;
};

std::vector<ReceiverUse> receivers_in_use(const CounterReadings& readings);

// containers: empty where Docker was not asked.
std::vector<FoundSource> read_sources(const std::vector<Seen>& seen, const std::vector<FoundAlloy>& alloys,
                                      const std::vector<ReceiverUse>& used, const std::vector<Container>& containers);

// A service or container that is called like one of the jobs, as compose files and people call it: "loki",
// "lgtm-loki-1", "monitoring_grafana_1".
bool is_of_the_stack(std::string_view name, const std::set<std::string>& stack_jobs);

// Jobs of the stack itself: the usual names, and what Alloy scrapes at the addresses of its backends. Empty where the
// usual names are all.
std::vector<std::string> stack_jobs_of(const FoundStack& stack);

}  // namespace lgtmwatch
