// Trial: a scenario played from beginning to end. The sandbox listens on loopback, lgtmwatch's own probes, canaries,
// store and diagnosis watch it as they do in the daemon, and all of them share a clock that is moved from one sleeper
// to the next once no exchange is under way. Only the deadlines of exchanges pass in real time.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/base/result.hpp"
#include "daemon/model/verdict.hpp"
#include "tests/corpus/scenario.hpp"

namespace lgtmwatch::corpus {

// A finding as it was first seen, and from when to when it stood; from the start of the scenario.
struct Sighting {
  Finding finding;
  Duration first{};
  Duration last{};
  std::map<std::string, Duration> beneath;  // causes among its consequences, and when each was first seen there
};

// The sightings in the order in which they came; the problem where the scenario cannot be played.
Result<std::vector<Sighting>> play(const Scenario& scenario);

}  // namespace lgtmwatch::corpus
