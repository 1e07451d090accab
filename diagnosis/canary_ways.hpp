// The ways of canaries through Alloy, as its component graph draws them. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnosis/view.hpp"

namespace lgtmwatch {

// The facts with those routes marked as not checked whose signal, by Alloy's graph, leads nowhere, and of which the
// configuration does not speak either; nothing where there is none. Until the graph was asked for once, such a route
// waits for it.
std::optional<StackFacts> without_dead_ends(const StackFacts& facts, WallTime now);

// How a canary leaves Alloy.
struct CanaryWayOut {
  std::vector<std::string> exporters;
  std::vector<std::string> evidence;  // one sentence for each, with its address
  std::string remedy;                 // where no exporter sends to the host from which lgtmwatch reads; else empty
};

// Empty past Alloy, and where its graph is not known.
CanaryWayOut way_out(const View& view, const CanaryRouteFacts& route);

}  // namespace lgtmwatch
