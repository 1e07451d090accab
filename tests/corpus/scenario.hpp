// Scenario: one small file of tests/scenarios/corpus. What is set up, what goes wrong and when, which findings must
// come of it and by when; every other finding is a false alarm.
//
//   story: Loki refuses every push over the tenant's rate limit.
//   faults: [loki-rate-limited]        # set after two minutes, and cleared again at the end
//   find:
//     - { cause: loki-rate-limited, stage: ingest, signals: [logs], within: 45s }
//
// README.md lists all keys.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/base/result.hpp"
#include "daemon/base/time.hpp"
#include "daemon/model/words.hpp"

namespace lgtmwatch::corpus {

// At that time after the start the fault is set, or cleared.
struct Step {
  Duration at{};
  std::string fault;
  bool clears = false;
};

struct Expected {
  std::string cause;
  std::optional<std::string> beneath;  // the cause of the finding that lists it among its consequences
  std::optional<std::string> stage;
  std::optional<std::vector<std::string>> signals;
  std::optional<std::string> path;
  Duration within{};  // after the first step
};

struct Scenario {
  std::string name;                    // of the file, without its ending
  std::string story;                   // one sentence
  std::vector<Step> steps;             // empty: what is wrong are the settings, or nothing is
  Duration begin{};                    // the first step; the start where there is none
  std::vector<Expected> find;          // empty: a look-alike, no finding may come
  std::vector<std::string> also;       // causes of findings that may stand beside
  std::vector<std::string> ambiguous;  // one of these, naming the expected one as an alternative, is right as well
  bool looks_like = false;             // find is empty on purpose
  bool canaries = false;
  Duration deadline{};       // of every exchange, in real time
  Duration interval{};       // of the probes
  Duration application{};    // between two rounds of what the application sends
  Duration step{};           // what falls due within it runs together, and then it is looked what is found
  Duration length{};         // from the start to the end, in the scenario's time
  Duration clears_within{};  // after the last step, where that clears: until no finding is left
  std::string settings;      // YAML, laid over the stack of the configuration
};

// The problem names file and key.
Result<Scenario> read_scenario(const std::string& name, const std::string& text);

}  // namespace lgtmwatch::corpus
