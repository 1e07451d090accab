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
}

}  // namespace

void add_canaries(Families& out, const StackFacts& facts, WallTime now) {
  std::map<Signal, double> bytes;
  for (const auto& route : facts.canaries) {
    add_route(out, facts.plan->name, route, now);
    add_exposed(out, facts.plan->name, route);
    bytes[route.plan->signal] += static_cast<double>(route.tally.bytes);
  }
  for (const auto& [signal, count] : bytes)
    out.counter("canary_bytes_total", "Bytes of canaries that were written.",
                {{"stack", facts.plan->name}, {"signal", text(to_string(signal))}}, count);
}

}  // namespace lgtmwatch
