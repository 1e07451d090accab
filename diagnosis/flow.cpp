#include "diagnosis/flow.hpp"

#include <algorithm>
#include <limits>

namespace lgtmwatch {
namespace {

constexpr Duration lately = std::chrono::seconds(90);

bool fits(const CounterKey& key, const FlowOf& wanted) {
  return key.kind == wanted.kind && key.subject == wanted.subject && (!wanted.signal || key.signal == wanted.signal) &&
         (!wanted.detail || key.detail == *wanted.detail);
}

void add(Flow& flow, const CounterWindow& window) {
  flow.known = true;
  flow.raw += window.raw;
  flow.total += window.newest.total;
  flow.increase += window.increase();
  flow.increase_of_minutes += window.increase_of_minutes();
  flow.compared = flow.compared || window.moved_in_a_row + window.still_in_a_row > 0;
  flow.still_in_a_row = std::min(flow.still_in_a_row, window.still_in_a_row);
  flow.moved_in_a_row = std::max(flow.moved_in_a_row, window.moved_in_a_row);
  flow.minutes = std::max(flow.minutes, window.newest.at - window.oldest.at);
  flow.newest_minutes.time = std::max(flow.newest_minutes.time, window.newest.at - window.older.at);
  flow.newest_minutes.increase += window.newest.total - window.older.total;
  flow.interval = std::max(flow.interval, window.newest.at - window.previous.at);
  flow.read_at = std::max(flow.read_at, window.newest.at);
  if (window.last_moved) flow.last_moved = std::max(flow.last_moved, window.last_moved);
}

}  // namespace

std::optional<Stretch> Flow::since(WallTime moment) const {
  for (const auto& stretch : {Stretch{minutes, increase_of_minutes}, newest_minutes, Stretch{interval, increase}})
    if (stretch.time > Duration() && read_at - stretch.time >= moment) return stretch;
  return std::nullopt;
}

Flow flow_of(const CounterWindows* windows, const FlowOf& wanted) {
  return flow_where(windows, [&](const CounterKey& key) { return fits(key, wanted); });
}

Flow flow_where(const CounterWindows* windows, const std::function<bool(const CounterKey&)>& picks) {
  Flow flow;
  if (!windows || !windows->keys) return flow;
  flow.still_in_a_row = std::numeric_limits<int>::max();
  for (std::size_t i = 0; i < windows->keys->size(); ++i)
    if (picks((*windows->keys)[i])) add(flow, windows->windows[i]);
  if (!flow.known) return Flow();
  const auto patience = std::max(lately, 2 * flow.interval);
  flow.moves = flow.last_moved && windows->at - *flow.last_moved <= patience;
  return flow;
}

std::vector<std::string> moving_details(const CounterWindows* windows, const FlowOf& wanted, Duration within) {
  std::vector<std::string> details;
  if (!windows || !windows->keys) return details;
  for (std::size_t i = 0; i < windows->keys->size(); ++i) {
    const auto& key = (*windows->keys)[i];
    const auto& moved = windows->windows[i].last_moved;
    if (fits(key, wanted) && moved && windows->at - *moved <= within) details.push_back(key.detail);
  }
  return details;
}

std::vector<std::string> subjects_of(const CounterWindows* windows, CounterKind kind) {
  std::vector<std::string> subjects;
  if (!windows || !windows->keys) return subjects;
  for (const auto& key : *windows->keys)
    if (key.kind == kind && (subjects.empty() || subjects.back() != key.subject)) subjects.push_back(key.subject);
  return subjects;
}

double gauge_value(const CounterWindows* windows, GaugeKind kind, const std::string& subject, Signal signal) {
  const auto* gauge = windows ? windows->gauge(kind, subject, signal) : nullptr;
  return gauge ? gauge->value : 0;
}

}  // namespace lgtmwatch
