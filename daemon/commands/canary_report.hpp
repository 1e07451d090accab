// What one round of canaries says about the way into one receiver, in words and as JSON. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/commands/canary_round.hpp"
#include "daemon/commands/receiver_door.hpp"

namespace lgtmwatch {

struct SignalReport {
  Signal signal = Signal::metrics;
  State state = State::unknown;  // healthy: accepted and, where it was asked for, seen
  // "accepted"; "refused", "not a receiver", "other protocol", "hung", "no answer"; and where nothing was sent "not
  // resolved", "not reachable", "TLS failed"
  std::string answer;
  std::string reason;  // of what failed, as lgtmwatch_probe_failures_total has it; else empty
  std::optional<Duration> write_took;
  std::optional<CanaryOutcome> outcome;
  std::optional<Duration> visible_after;
  std::string why;   // what happened where it is not healthy
  std::string hint;  // how to mend it; may be empty
  std::vector<std::string> evidence;
};

struct CanaryRoundReport {
  std::string receiver;  // as it was given
  CanaryEntrance entrance = CanaryEntrance::otlp_http;
  State state = State::unknown;  // broken where one signal is, else unknown where one is
  std::vector<SignalReport> signals;
};

CanaryRoundReport report_of(std::string receiver, const ReceiverDoor& door, const std::vector<RoundRoute>& routes,
                            const std::vector<RoundResult>& results);

std::string canary_report_text(const CanaryRoundReport& report);
boost::json::object canary_report_json(const CanaryRoundReport& report);

}  // namespace lgtmwatch
