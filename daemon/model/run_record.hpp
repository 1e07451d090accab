// RunRecord: one run of a probe with the evidence for it. Probes make it, status keeps it, diagnosis quotes it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "daemon/model/observation.hpp"

namespace lgtmwatch {

// Time taken by each phase of an exchange, by Phase; absent where it did not happen.
using PhaseDurations = std::array<std::optional<Duration>, 7>;

// One request and what came back, so that a person can repeat it. Secrets are masked.
struct Exchange {
  WallTime at{};
  std::string curl;         // curl -H 'Authorization: ***' 'http://loki:3100/ready'
  int status = 0;           // 0 where there was no answer
  std::string error;        // empty where there was an answer
  std::string first_bytes;  // of the body
  Duration took{};
  PhaseDurations phases{};
  std::optional<WallTime> date;  // by the clock of who answered, to the second; absent where the answer was kept before
};

// How much of a body is kept: of a refusal enough to read it, of a good answer enough to recognise it.
inline constexpr std::size_t refusal_bytes = 2048;
inline constexpr std::size_t answer_bytes = 256;

struct RunRecord {
  explicit RunRecord(Result<Observation> outcome);

  bool good() const { return found && is_good_news(*found); }

  std::optional<Observation> found;  // exactly one of found and failure is there
  std::optional<Error> failure;
  WallTime at{};  // when it started
  Duration took{};
  std::vector<Exchange> exchanges;
};

// "GET … -> 503 Ingester not ready, at 2026-11-22T12:55:39Z": the line that a finding shows as evidence.
std::string evidence_line(const Exchange& exchange);

}  // namespace lgtmwatch
