#include "daemon/init/found.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace lgtmwatch {
namespace {

bool is_expected(const FoundStack& stack, const FoundReceiver& receiver) {
  for (const auto& source : stack.sources)
    for (const auto& way : source.ways)
      if (is_active(way) && way.receiver == receiver.name) return true;
  return false;
}

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

bool is_active(const FoundWay& way) { return way.why_not.empty(); }

bool is_active(const FoundSource& source) {
  return std::any_of(source.ways.begin(), source.ways.end(), [](const FoundWay& way) { return is_active(way); });
}

bool is_listed(const FoundStack& stack, const FoundReceiver& receiver) {
  return !receiver.component.starts_with("prometheus.scrape.") || is_expected(stack, receiver);
}

std::string summary_of(const FoundStack& stack) {
  std::vector<std::string> parts;
  std::size_t receivers = 0;
  std::size_t sources = 0;
  std::size_t ways = 0;
  for (const auto& backend : stack.backends)
    if (backend.why_not.empty()) parts.emplace_back(display_name(backend.component));
  if (stack.grafana && stack.grafana->why_not.empty()) parts.emplace_back("Grafana");
  for (const auto& alloy : stack.alloys) {
    if (alloy.why_not.empty()) parts.push_back("Alloy " + alloy.name);
    for (const auto& receiver : alloy.receivers) receivers += receiver.why_not.empty() && is_listed(stack, receiver);
  }
  if (parts.empty()) return {};
  for (const auto& source : stack.sources) {
    sources += is_active(source);
    ways += static_cast<std::size_t>(
        std::count_if(source.ways.begin(), source.ways.end(), [](const FoundWay& way) { return is_active(way); }));
  }
  return fmt::format("{}, {}, {} with {}", fmt::join(parts, ", "), counted(receivers, "receiver"),
                     counted(sources, "source"), counted(ways, "expectation"));
}

std::size_t left_out_of(const FoundStack& stack) {
  std::size_t count = 0;
  for (const auto& backend : stack.backends) count += !backend.why_not.empty();
  for (const auto& alloy : stack.alloys) {
    count += !alloy.why_not.empty();
    for (const auto& receiver : alloy.receivers) count += !receiver.why_not.empty();
  }
  for (const auto& source : stack.sources)
    for (const auto& way : source.ways) count += !is_active(way);
  count += stack.grafana && !stack.grafana->why_not.empty();
  count += stack.docker && !stack.docker->why_not.empty();
  return count;
}

std::vector<std::string> silence_of(const FoundStack& stack) {
  std::vector<std::string> silent;
  if (stack.grafana && !stack.grafana->why_not.empty())
    silent.push_back(fmt::format("Grafana at {}: {}", stack.grafana->url, stack.grafana->why_not));
  for (const auto& alloy : stack.alloys)
    if (!alloy.why_not.empty()) silent.push_back(fmt::format("Alloy at {}: {}", alloy.url, alloy.why_not));
  return silent;
}

std::vector<std::string> warnings_of(const FoundStack& stack) {
  std::vector<std::string> warnings;
  std::vector<std::string_view> silent;
  for (const auto component : {Component::loki, Component::tempo, Component::mimir}) {
    const auto* backend = backend_in(stack, component);
    const auto name = display_name(component);
    if (!backend) warnings.push_back(fmt::format("{} is not watched: nothing tells where it is", name));
    if (backend && !backend->why_not.empty())
      warnings.push_back(fmt::format("{} is not watched: {}", name, backend->why_not));
    if (backend && backend->why_not.empty() && !backend->answers) silent.push_back(name);
  }
  if (!silent.empty())
    warnings.push_back(fmt::format(
        "{} {} not answer from here: run init and lgtmwatch where the names of the stack are known (on its Docker "
        "network), or put addresses that are reached from here into the file",
        fmt::join(silent, ", "), silent.size() == 1 ? "does" : "do"));
  return warnings;
}

const FoundBackend* backend_in(const FoundStack& stack, Component component) {
  const auto found = std::find_if(stack.backends.begin(), stack.backends.end(),
                                  [&](const FoundBackend& each) { return each.component == component; });
  return found == stack.backends.end() ? nullptr : &*found;
}

}  // namespace lgtmwatch
