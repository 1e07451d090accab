// Judgement: what a scenario wanted beside what was seen. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/corpus/trial.hpp"

namespace lgtmwatch::corpus {

struct Found {
  std::string cause;
  std::optional<Duration> after;           // the first step; absent where it was missed
  std::optional<std::string> taken_for{};  // of a missed one: the cause that was found instead
};

struct Judgement {
  std::vector<Found> found;               // of each expected one, in the scenario's order
  std::vector<std::string> false_alarms;  // causes that nobody expected
  std::vector<std::string> complaints;    // sentences; empty: the scenario passed
};

// "backend-down at ingest of logs from 2m18s to 5m3s: Loki is down: …"
std::string described(const Sighting& seen);

Judgement judge(const Scenario& scenario, const std::vector<Sighting>& sightings);

}  // namespace lgtmwatch::corpus
