#include "probes/probe.hpp"

namespace lgtmwatch {

ProbePlan plan_for(const StackPlan& stack, std::string probe, std::string target, Component component,
                   const ComponentPlan& asked) {
  ProbePlan plan(stack.name, std::move(probe), std::move(target), component, asked.endpoint);
  plan.interval = asked.interval;
  plan.timeout = asked.timeout;
  return plan;
}

boost::asio::awaitable<RunRecord> run_probe(const Probe& probe, Clients clients, const Clock& clock) {
  const auto started = clock.now();
  const auto at = clock.wall();
  Asker asker(clients, probe.plan().endpoint, clock, Deadline(started + probe.plan().timeout));
  auto outcome = co_await probe.run(asker);
  RunRecord record(std::move(outcome));
  record.at = at;
  record.took = clock.now() - started;
  record.exchanges = asker.take_exchanges();
  co_return record;
}

}  // namespace lgtmwatch
