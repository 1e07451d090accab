#include "daemon/serve/canary_metrics.hpp"

namespace lgtmwatch {
namespace {

std::string text(std::string_view word) { return std::string(word); }

Labels with(Labels labels, const char* name, std::string_view value) {
  labels.emplace_back(name, text(value));
  return labels;
}

void add_exposed(Families& out, const std::string& stack, const CanaryRouteFacts& route) {
  if (!route.exposed) return;
  out.gauge("canary", "The newest canary of a route that is scraped: its sequence and checksum.",
            {{"lgtmwatch_stack", stack}, {"lgtmwatch_route", route.plan->route}}, route.exposed->value);
}

void add_looks(Families& out, const Labels& labels, const CanaryRouteFacts& route) {
  for (const auto* looks : {&route.plan->looks, &route.plan->rereads}) {
    for (const auto& look : *looks) {
      const auto found = route.tally.looks.find(look.name);
      const auto counts = found == route.tally.looks.end() ? CanaryLookCounts() : found->second;
      for (const auto result : all_canary_look_results)
        out.counter("canary_looks_total", "Looks at canaries that were seen: by search, through Grafana, at an age.",
                    with(with(labels, "look", look.name), "result", to_string(result)),
                    static_cast<double>(counts[result]));
    }
  }
}

void add_route(Families& out, const std::string& stack, const CanaryRouteFacts& route, WallTime now) {
  const Labels labels{{"stack", stack}, {"signal", text(to_string(route.plan->signal))}, {"route", route.plan->route}};
  const auto& tally = route.tally;
  out.counter("canary_written_total", "Canaries that were written.", labels, static_cast<double>(tally.written));
  out.counter("canary_adopted_total", "Canaries of earlier runs that were found and of which nothing was kept.", labels,
              static_cast<double>(tally.adopted));
  for (const auto outcome : all_canary_outcomes)
    out.counter("canary_outcomes_total", "Canaries that are settled, by what became of them.",
                with(labels, "outcome", to_string(outcome)), static_cast<double>(tally[outcome]));
  out.gauge("canaries_in_flight", "Canaries that are not settled yet.", labels, static_cast<double>(tally.in_flight()));
  out.gauge("canaries_overdue", "Canaries in flight that were not seen by their deadline.", labels,
            static_cast<double>(route.overdue_of_all_forms(now)));
  out.histogram("canary_write_seconds", "Time from the write of a canary to its acknowledgement.", labels,
                tally.write_seconds);
  for (const auto& [read, seconds] : tally.visible_seconds)
    out.histogram("canary_visible_seconds", "Time from the write of a canary until it could be read.",
                  with(labels, "read", to_string(read)), seconds);
  add_looks(out, labels, route);
}

struct Cost {
  double bytes = 0;
  double series = 0;
  double reads = 0;
};

void add_cost(Families& out, const Labels& labels, Signal signal, const Cost& cost) {
  out.counter("canary_bytes_total", "Bytes of canaries that were written.", labels, cost.bytes);
  out.counter("canary_reads_total", "Questions about canaries that were asked.", labels, cost.reads);
  if (signal != Signal::traces)
    out.counter("canary_series_total", "Streams of Loki and series of Mimir that canaries began.", labels, cost.series);
}

}  // namespace

void add_canaries(Families& out, const StackFacts& facts, WallTime now) {
  std::map<Signal, Cost> costs;
  for (const auto& route : facts.canaries) {
    add_route(out, facts.plan->name, route, now);
    add_exposed(out, facts.plan->name, route);
    auto& cost = costs[route.plan->signal];
    cost.bytes += static_cast<double>(route.tally.bytes);
    cost.series += static_cast<double>(route.tally.series);
    cost.reads += static_cast<double>(route.tally.reads);
  }
  for (const auto& [signal, cost] : costs)
    add_cost(out, {{"stack", facts.plan->name}, {"signal", text(to_string(signal))}}, signal, cost);
}

}  // namespace lgtmwatch
