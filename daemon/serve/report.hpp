// The report: what an operator reads at night. What is broken, since when, why and what to do stand in its first lines;
// behind them everything that speaks for it, and the commands to see it oneself.
#pragma once

#include <string>
#include <vector>

#include "daemon/history/history.hpp"
#include "daemon/status/store.hpp"

namespace lgtmwatch {

// With incidents and availability where there is a history.
std::string report_markdown(const Snapshot& snapshot, const History* history = nullptr);

// A request of the last round of probes, to be repeated by hand, and what came back. Secrets are masked, so that one
// with credentials needs them filled in.
struct VerificationCommand {
  std::string what;     // "loki_ready loki:3100"
  std::string command;  // curl …
  std::string answer;   // "200 ready", or why none came
};

std::vector<VerificationCommand> verification_commands(const StackFacts& facts);

// The ways of telemetry, a few lines each: source, receiver, Alloy's components as its own graph draws them, backend,
// Grafana. Then networks_text().
std::string topology_text(const StackSnapshot& stack);

// The networks of Docker with the containers on each, what they are to the stack, their addresses and published ports,
// and which source shares a network with the Alloy that it sends to. At most 12 networks with 16 containers each. Empty
// where the engine is not asked, or does not tell.
std::string networks_text(const StackFacts& facts);

}  // namespace lgtmwatch
