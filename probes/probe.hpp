// Probe: one question to one target, asked again and again.
//
// A kind of probe is a file pair in the folder of its component. It declares its name and defaults, what it
// asks, how the answer is parsed and how it becomes an Observation; parsing and judging are pure functions
// beside the coroutine. registry.hpp lists the kinds.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <vector>

#include "daemon/model/observation.hpp"
#include "daemon/model/plan.hpp"
#include "probes/asker.hpp"

namespace lgtmwatch {

// Who is asked, and how often. The labels of lgtmwatch_probe_success are stack, probe and target.
struct ProbePlan {
  ProbePlan(std::string stack_, std::string probe_, std::string target_, Component component_, Endpoint endpoint_)
      : stack(std::move(stack_)),
        probe(std::move(probe_)),
        target(std::move(target_)),
        component(component_),
        endpoint(std::move(endpoint_)) {}

  std::string id() const { return stack + "/" + probe + "/" + target; }

  std::string stack;
  std::string probe;   // the kind: "loki_labels"
  std::string target;  // an address, an expectation ("scanium-backend/logs@docker") or a receiver
  Component component;
  Endpoint endpoint;
  std::string about{};  // what the answer depends on besides, where the target does not say it: a component, a file
  Duration interval{};
  Duration timeout{};
  bool reads_counters = false;  // one run alone tells little: what counts is the difference to the next
};

class Probe {
 public:
  explicit Probe(ProbePlan plan) : plan_(std::move(plan)) {}
  virtual ~Probe() = default;
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  const ProbePlan& plan() const { return plan_; }
  virtual boost::asio::awaitable<Result<Observation>> run(Asker& asker) const = 0;

 private:
  ProbePlan plan_;
};

using Probes = std::vector<std::unique_ptr<Probe>>;

// A plan with the interval and timeout of the component that it asks.
ProbePlan plan_for(const StackPlan& stack, std::string probe, std::string target, Component component,
                   const ComponentPlan& asked);

// One run: asks, and keeps the evidence. Ends at the probe's timeout whatever the target does.
boost::asio::awaitable<RunRecord> run_probe(const Probe& probe, Clients clients, const Clock& clock);

}  // namespace lgtmwatch
