// The components of an Alloy: what flows from one to another, and what their arguments say.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "daemon/model/scraper.hpp"
#include "daemon/model/words.hpp"

namespace lgtmwatch {

// One step of a pipeline: data flows from one component of an Alloy to another.
struct GraphEdge {
  std::string from;
  std::string to;
  auto operator<=>(const GraphEdge&) const = default;
};

// What a component says of itself: its arguments (where it listens, where it sends to), exports and targets.
struct AlloyComponent {
  std::string id;
  std::string http;                             // of a receiver: "0.0.0.0:4318", empty where it serves none
  std::string grpc;                             // of a receiver
  std::string sends_to;                         // of an exporter: its address or URL
  bool with_tls = false;                        // of an exporter over gRPC
  std::optional<std::vector<Signal>> hands_on;  // of one with an output block: the signals that have an output
  std::optional<std::size_t> targets_in{};      // of a discovery.relabel, and how many it hands on
  std::optional<std::size_t> targets_out{};
  std::vector<ScrapeTarget> scraped{};  // of a prometheus.scrape
};

struct AlloyComponents {
  std::vector<AlloyComponent> components;
  std::vector<GraphEdge> graph;
};

}  // namespace lgtmwatch
