#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "daemon/config/check_settings.hpp"
#include "daemon/config/defaults.hpp"

namespace lgtmwatch {
namespace {

std::vector<std::string_view> receiver_names(const StackSettings& stack) {
  std::vector<std::string_view> names;
  for (const auto& alloy : stack.alloys) {
    for (const auto& receiver : alloy.receivers) {
      if (receiver.name) names.push_back(receiver.name->value);
    }
  }
  return names;
}

bool has_backend(const StackSettings& stack, Signal signal) {
  switch (backend_of(signal)) {
    case Component::mimir: return stack.mimir.has_value();
    case Component::loki: return stack.loki.has_value();
    case Component::tempo: return stack.tempo.has_value();
    default: return false;
  }
}

void check_backend(const StackSettings& stack, const WaySettings& way, Diagnostics& diagnostics) {
  if (has_backend(stack, way.signal)) return;
  const auto backend = backend_of(way.signal);
  diagnostics.error(
      way.place,
      fmt::format("{} are expected here, but the stack has no {} to look for them", to_string(way.signal),
                  display_name(backend)),
      fmt::format("give '{}' in this stack, or leave the {} out", to_string(backend), to_string(way.signal)));
}

void check_receiver(const StackSettings& stack, const WaySettings& way, Diagnostics& diagnostics) {
  if (!way.receiver) return;
  const auto* receiver = find_receiver(stack, way.receiver->value);
  if (!receiver) {
    const auto names = receiver_names(stack);
    diagnostics.error(way.receiver->place, fmt::format("the stack has no receiver '{}'", way.receiver->value),
                      names.empty() ? "list it under 'receivers' of an alloy" : suggest(way.receiver->value, names));
    return;
  }
  const auto signals = signals_of(*receiver);
  if (std::find(signals.begin(), signals.end(), way.signal) != signals.end()) return;
  diagnostics.error(way.receiver->place,
                    fmt::format("the receiver '{}' does not carry {}", way.receiver->value, to_string(way.signal)),
                    "name another receiver, or add the signal to its 'signals'");
}

void check_times(const WaySettings& way, Diagnostics& diagnostics) {
  if (way.expect && way.signal == Signal::metrics && way.expect->value != Expect::always)
    diagnostics.error(way.expect->place, "metrics are always expected: they also come from an idle application",
                      "allowed: always");
  if (!way.max_age) return;
  const auto age = way.max_age->value;
  if (age <= Duration::zero()) {
    diagnostics.error(way.max_age->place, "max_age must be longer than nothing");
  } else if (way.signal == Signal::traces && age < shortest_trace_age) {
    diagnostics.error(way.max_age->place,
                      fmt::format("a max_age of {} is too short for traces, because Tempo's search is half a minute "
                                  "behind",
                                  format_duration(age)),
                      fmt::format("write at least {}", format_duration(shortest_trace_age)));
  }
}

void check_selector(const WaySettings& way, Diagnostics& diagnostics) {
  if (!way.selector || way.signal == Signal::metrics || way.selector->value.starts_with('{')) return;
  diagnostics.error(
      way.selector->place, fmt::format("a selector of {} begins with '{{'", to_string(way.signal)),
      way.signal == Signal::logs ? "such as {service_name=\"shop\"}" : "such as {resource.service.name=\"shop\"}");
}

// Of a pattern nothing tells which of its files are this source's.
void check_files(const StackSettings& stack, const WaySettings& way, Diagnostics& diagnostics) {
  const auto* receiver = way.receiver && !way.selector ? find_receiver(stack, way.receiver->value) : nullptr;
  if (!receiver || !receiver->file || receiver->file->value.find_first_of("*?[{") == std::string::npos) return;
  diagnostics.error(way.place,
                    fmt::format("the receiver '{}' reads all files of {}, and nothing says which are this source's",
                                way.receiver->value, receiver->file->value),
                    "give a selector, such as {filename=~\"/var/log/shop/.+\"}");
}

// Several ways of one signal are told apart by their receivers.
void check_ways_differ(const SourceSettings& source, Diagnostics& diagnostics) {
  for (const auto signal : all_signals) {
    const auto is_of_signal = [&](const WaySettings& way) { return way.signal == signal; };
    if (std::count_if(source.ways.begin(), source.ways.end(), is_of_signal) < 2) continue;
    std::set<std::string> receivers;
    for (const auto& way : source.ways) {
      if (!is_of_signal(way)) continue;
      if (!way.receiver) {
        diagnostics.error(
            way.place,
            fmt::format("this source has several ways for {}, and this one names no receiver", to_string(signal)),
            "name the receiver of each");
      } else if (!receivers.insert(way.receiver->value).second) {
        diagnostics.error(way.receiver->place,
                          fmt::format("the receiver '{}' stands twice for the {} of this source", way.receiver->value,
                                      to_string(signal)),
                          "remove one of the two");
      }
    }
  }
}

void check_name(const SourceSettings& source, Diagnostics& diagnostics) {
  if (!source.name) return;
  const auto& name = source.name->value;
  if (name.find('@') != std::string::npos || name.starts_with("canary/"))
    diagnostics.error(source.name->place, fmt::format("'{}' cannot be told from another path", name),
                      "the name of a source holds no '@' and does not begin with 'canary/'");
}

}  // namespace

void check_sources(const StackSettings& stack, Diagnostics& diagnostics) {
  std::vector<Setting<std::string>> names;
  for (const auto& source : stack.sources) {
    names.push_back(source.name);
    check_name(source, diagnostics);
    if (source.ways.empty())
      diagnostics.error(source.place, "nothing is expected of this source",
                        "give at least one of metrics, logs, traces");
    check_ways_differ(source, diagnostics);
    for (const auto& way : source.ways) {
      check_backend(stack, way, diagnostics);
      check_receiver(stack, way, diagnostics);
      check_times(way, diagnostics);
      check_selector(way, diagnostics);
      check_files(stack, way, diagnostics);
    }
  }
  check_unique(names, "a source", diagnostics);
}

}  // namespace lgtmwatch
