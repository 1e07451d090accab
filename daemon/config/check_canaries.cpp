#include <fmt/format.h>

#include <algorithm>

#include "daemon/base/file_pattern.hpp"
#include "daemon/config/check_settings.hpp"
#include "daemon/config/defaults.hpp"
#include "daemon/model/canary_plan.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration shortest_canary_interval = 5s;
constexpr int most_in_flight = 128;
constexpr Duration shortest_reread = 30min;
constexpr Duration longest_reread = 720h;
constexpr std::size_t most_ages = 8;

std::vector<std::string_view> route_names(const StackSettings& stack) {
  std::vector<std::string_view> names{direct_push,      direct_remote_write, direct_otlp_http,
                                      direct_otlp_grpc, scrape_route,        stdout_route};
  for (const auto& alloy : stack.alloys)
    for (const auto& receiver : alloy.receivers)
      if (receiver.name) names.push_back(receiver.name->value);
  return names;
}

// Of the routes that are listed one by one: a canary that cannot be read back was not meant.
void check_listed(const CanaryRouteSettings& route, Signal carried, bool has_backend, Diagnostics& diagnostics) {
  const auto& name = route.name.value;
  if (!has_backend)
    diagnostics.error(route.name.place,
                      fmt::format("the stack has no {} from which canaries of the route '{}' could be read back",
                                  to_string(backend_of(carried)), name),
                      "leave the route out");
  if (!route.labels.empty())
    diagnostics.error(route.name.place, fmt::format("canaries of the route '{}' carry no labels of their own", name),
                      "leave the labels out");
}

// The routes of a daemon that are called by no receiver.
void check_daemons_own(const StackSettings& stack, const CanaryRouteSettings& route, Signal carried, bool has_backend,
                       Diagnostics& diagnostics) {
  const auto& name = route.name.value;
  if (find_receiver(stack, name))
    diagnostics.error(route.name.place, fmt::format("'{}' is a route of its own, and the name of a receiver too", name),
                      "give the receiver another name");
  check_listed(route, carried, has_backend, diagnostics);
  for (const auto& signal : route.signals)
    if (signal.value != carried)
      diagnostics.error(signal.place, fmt::format("the route '{}' carries only {}", name, to_string(carried)),
                        "leave the signal out");
}

void check_file(const CanaryRouteSettings& route, const ReceiverSettings& receiver, Diagnostics& diagnostics) {
  const auto& tailed = receiver.file->value;
  if (!route.path) {
    if (tailed.find_first_of("*?[{") == std::string::npos) return;
    diagnostics.error(route.name.place, fmt::format("'{}' is a pattern, so there is no file to write into", tailed),
                      "give 'path', a file of lgtmwatch's own that it matches");
  } else if (!route.path->value.starts_with('/')) {
    diagnostics.error(route.path->place, "the path must begin with /");
  } else if (!fits_file_pattern(tailed, route.path->value)) {
    diagnostics.error(route.path->place, fmt::format("the receiver '{}' does not tail this file", route.name.value),
                      fmt::format("write one that '{}' matches", tailed));
  }
}

void check_path(const StackSettings& stack, const CanaryRouteSettings& route, Diagnostics& diagnostics) {
  const auto* receiver = find_receiver(stack, route.name.value);
  if (receiver && receiver->kind == ReceiverKind::file && receiver->file) {
    check_listed(route, Signal::logs, stack.loki.has_value(), diagnostics);
    check_file(route, *receiver, diagnostics);
  } else if (route.path) {
    diagnostics.error(route.path->place, "'path' is of the routes of receivers with 'file'", "leave it out");
  }
}

void check_name(const StackSettings& stack, const CanaryRouteSettings& route, Diagnostics& diagnostics) {
  const auto names = route_names(stack);
  if (std::find(names.begin(), names.end(), route.name.value) == names.end()) {
    diagnostics.error(route.name.place, fmt::format("there is no route '{}' for canaries", route.name.value),
                      suggest(route.name.value, names));
    return;
  }
  if (route.name.value == scrape_route) {
    check_daemons_own(stack, route, Signal::metrics, stack.mimir.has_value(), diagnostics);
    return;
  }
  if (route.name.value == stdout_route) {
    check_daemons_own(stack, route, Signal::logs, stack.loki.has_value(), diagnostics);
    return;
  }
  const auto* receiver = find_receiver(stack, route.name.value);
  if (!receiver) return;
  const auto carried = signals_of(*receiver);
  for (const auto& signal : route.signals)
    if (std::find(carried.begin(), carried.end(), signal.value) == carried.end())
      diagnostics.error(signal.place,
                        fmt::format("the receiver '{}' does not carry {}", route.name.value, to_string(signal.value)),
                        "leave the signal out, or add it to the receiver's 'signals'");
}

// Said at the place of the first of them that was written.
void check_times(const CanarySettings& canaries, const CanaryRouteSettings* route, Diagnostics& diagnostics) {
  const CanaryTimes& written = route ? static_cast<const CanaryTimes&>(*route) : canaries;
  const auto interval = canary_interval_of(canaries, route);
  const auto deadline = canary_deadline_of(canaries, route);
  const auto lost_after = canary_lost_after_of(canaries, route);
  const auto place = [&](const Setting<Duration>& time) {
    return time ? time->place : route ? route->name.place : canaries.place;
  };
  if (interval < shortest_canary_interval) {
    if (!written.interval) return;  // said of the one that is written for all routes
    diagnostics.error(written.interval->place,
                      fmt::format("an interval of {} is too short for canaries", format_duration(interval)),
                      fmt::format("write at least {}", format_duration(shortest_canary_interval)));
    return;
  }
  if (deadline <= Duration::zero())
    diagnostics.error(place(written.deadline), "the deadline must be longer than nothing");
  if (lost_after <= deadline)
    diagnostics.error(place(written.lost_after), fmt::format("lost_after ({}) must be longer than the deadline ({})",
                                                             format_duration(lost_after), format_duration(deadline)));
  if (lost_after / interval > most_in_flight)
    diagnostics.error(place(written.interval),
                      fmt::format("{} canaries of a route could be in flight, with one every {} and lost_after {}",
                                  lost_after / interval, format_duration(interval), format_duration(lost_after)),
                      fmt::format("write fewer: at most {} are followed at once", most_in_flight));
}

void check_ages(const std::vector<Given<Duration>>& ages, Diagnostics& diagnostics) {
  for (const auto& age : ages)
    if (age.value < shortest_reread || age.value > longest_reread)
      diagnostics.error(
          age.place, fmt::format("{} is no age at which canaries can be read again", format_duration(age.value)),
          fmt::format("write {} to {}", format_duration(shortest_reread), format_duration(longest_reread)));
  if (ages.size() > most_ages)
    diagnostics.error(ages.back().place, fmt::format("{} ages are too many", ages.size()),
                      fmt::format("write at most {}", most_ages));
}

}  // namespace

void check_canaries(const StackSettings& stack, Diagnostics& diagnostics) {
  if (!stack.canaries) return;
  check_times(*stack.canaries, nullptr, diagnostics);
  if (stack.canaries->reread) check_ages(*stack.canaries->reread, diagnostics);
  for (const auto& route : stack.canaries->routes) {
    check_name(stack, route, diagnostics);
    check_path(stack, route, diagnostics);
    if (route.container && route.name.value != stdout_route)
      diagnostics.error(route.container->place, "'container' is of the route 'stdout'", "leave it out");
    const bool has_times = route.interval || route.deadline || route.lost_after || route.name.value == scrape_route;
    if (has_times) check_times(*stack.canaries, &route, diagnostics);
  }
}

}  // namespace lgtmwatch
