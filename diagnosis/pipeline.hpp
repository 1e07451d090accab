// Pipeline: the components of one Alloy as a graph, and the figures that flow through them. Pure.
//
// Which configured receiver is which component of Alloy, and which exporters and backends it leads to. What Alloy does
// not say stays unknown: an empty component, a graph that is not known.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "diagnosis/flow.hpp"
#include "diagnosis/view.hpp"

namespace lgtmwatch {

class Pipeline {
 public:
  Pipeline(const View& view, const AlloyPlan& alloy);

  const AlloyPlan& alloy() const { return *alloy_; }
  // Null while Alloy's metrics cannot be read.
  const CounterWindows* counters() const { return counters_; }
  bool knows_graph() const { return !graph_.empty(); }
  // Unknown where the component has no such counter, or names it in a way that is not known.
  Flow flow(const FlowOf& wanted) const;
  // Records arrive through an OTLP receiver of it, and no counter of a receiver is known.
  bool hides_receivers() const { return hides_receivers_; }

  // Alloy's id of the receiver: the otelcol.receiver.otlp that listens on its port, or the only one there is; the
  // configured id of a component; the loki.source.file that reads the file; "" where it cannot be told.
  std::string component_of(const ReceiverPlan& receiver) const;
  // What the receiver has accepted (or refused, or failed with) of the signal, over its own transport.
  Flow taken(const ReceiverPlan& receiver, Signal signal, CounterKind kind) const;
  // The lines that a scraper has read; of a receiver that is a file, those of the file.
  Flow lines_read(const ReceiverPlan& receiver) const;
  // What has come in of the signal: accepted, or read by a scraper.
  Flow inflow(const ReceiverPlan& receiver, Signal signal) const;

  bool leads_to(const std::string& from, const std::string& to) const;
  // The components from one to the other, both included; empty where there is no way.
  std::vector<std::string> way(const std::string& from, const std::string& to) const;
  // The exporters behind a component that carry the signal out of Alloy, in the order of the graph.
  std::vector<std::string> exporters_behind(const std::string& component, Signal signal) const;
  bool carries(const std::string& exporter, Signal signal) const;
  // The components behind which the signal goes nowhere, where no way leads it to an exporter; else, and where that is
  // not known, none.
  std::vector<std::string> dead_ends(const std::string& component, Signal signal) const;
  // What its arguments say; null where they were not read.
  const AlloyComponent* arguments_of(const std::string& component) const;

  // Of an expectation: its receiver is one of this Alloy and leads to this component. True where that is not known.
  bool may_pass(const Expectation& expectation, const std::string& component) const;

 private:
  // What is known of the reading of a file; null where it is not.
  const AlloyScraper* reading_of(const ReceiverPlan& receiver) const;
  std::set<std::string> behind(const std::string& component) const;
  std::vector<std::string> next_to(const std::string& component) const;

  const View* view_;
  const AlloyPlan* alloy_;
  const CounterWindows* counters_ = nullptr;
  const AlloyComponents* components_ = nullptr;
  std::vector<GraphEdge> graph_;
  bool hides_receivers_ = false;
};

// The ways of every configured receiver, as far as they are known.
std::vector<PipelineStatus> pipeline_statuses(const View& view);

}  // namespace lgtmwatch
