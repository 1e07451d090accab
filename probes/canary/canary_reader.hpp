// The I/O of canaries: one read at the other end of a route.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "probes/canary/canary_machine.hpp"
#include "probes/canary/canary_read.hpp"
#include "probes/canary/canary_route.hpp"

namespace lgtmwatch {

struct CanaryReadRun {
  explicit CanaryReadRun(Result<CanarySight> sight_) : sight(std::move(sight_)) {}

  Result<CanarySight> sight;
  std::string evidence;
};

// The read by which canaries of the signal are judged.
CanaryRead usual_read(Signal signal);

// query, id: asks the backend of the route's signal. search: Tempo's search, which is half a minute behind. grafana:
// the usual question through the datasource; an error where the configuration names none and there is not just one of
// the backend's type.
boost::asio::awaitable<CanaryReadRun> read_canary(CanaryOutside& outside, const CanaryRoutePlan& route, CanaryRead read,
                                                  const wire::Canary& canary);

// What the machine of the canary is told of it.
CanaryEvent event_of(const CanaryReadRun& run);

}  // namespace lgtmwatch
