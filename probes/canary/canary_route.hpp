// The I/O of canaries: one write on a route.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "daemon/base/clock.hpp"
#include "daemon/base/side_work.hpp"
#include "daemon/model/canary_plan.hpp"
#include "probes/asker.hpp"
#include "probes/canary/canary_machine.hpp"
#include "probes/canary/canary_write.hpp"
#include "wire/canary.hpp"

namespace lgtmwatch {

// What a canary needs of the outside. All of it outlives the calls.
struct CanaryOutside {
  Clients clients;
  const Clock& clock;
  SideWork* lines = nullptr;  // of a daemon: writes into files and to standard output
};

struct CanaryWriteRun {
  CanaryWritten written;
  std::size_t bytes = 0;        // of the payload
  bool log_unreadable = false;  // as in CanaryReport
  std::string evidence;
  std::optional<HttpResponse> answer;  // of an HTTP entrance that gave one
  std::optional<Error> failure;        // why there was no answer
};

boost::asio::awaitable<CanaryWriteRun> write_canary(CanaryOutside& outside, const CanaryRoutePlan& route,
                                                    const wire::Canary& canary);

// What the machine of the canary is told of it.
CanaryEvent event_of(const CanaryWriteRun& run);

}  // namespace lgtmwatch
