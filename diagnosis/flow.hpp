// Flow: how a counter, or several of one kind, moved; what the rules about counters ask.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/model/counters.hpp"

namespace lgtmwatch {

// How much a counter rose in the time before its newest reading.
struct Stretch {
  Duration time{};
  double increase = 0;
};

struct Flow {
  bool known = false;              // there is such a counter
  bool compared = false;           // it was read twice within one life of its process
  bool moves = false;              // it rose within the last readings, at least within 90 s
  double raw = 0;                  // as the component wrote it
  double total = 0;                // since lgtmwatch saw it first
  double increase = 0;             // between the last two readings
  double increase_of_minutes = 0;  // see CounterWindow
  int still_in_a_row = 0;          // of the one that moved last
  int moved_in_a_row = 0;          // of the one that moved most steadily
  Duration minutes{};              // that increase_of_minutes speaks of
  Stretch newest_minutes;          // up to five
  Duration interval{};             // between the last two readings
  std::optional<WallTime> last_moved;
  WallTime read_at{};  // its newest reading: before the component's, where a reload has taken it away

  // The longest that is known and did not begin before the moment; nothing where none does.
  std::optional<Stretch> since(WallTime moment) const;
};

struct FlowOf {
  CounterKind kind = CounterKind::receiver_accepted;
  std::string subject;
  std::optional<Signal> signal;       // any where absent
  std::optional<std::string> detail;  // any where absent
};

// The sum of all counters that fit; `known` is false without counters or without one that fits.
Flow flow_of(const CounterWindows* windows, const FlowOf& wanted);

// The same, of those that the predicate picks by their key.
Flow flow_where(const CounterWindows* windows, const std::function<bool(const CounterKey&)>& picks);

// The details of the counters that fit and move ("429"), in their order.
std::vector<std::string> moving_details(const CounterWindows* windows, const FlowOf& wanted, Duration within);

// The subjects that have a counter of the kind, each once.
std::vector<std::string> subjects_of(const CounterWindows* windows, CounterKind kind);

// The newest value; 0 where there is none.
double gauge_value(const CounterWindows* windows, GaugeKind kind, const std::string& subject, Signal signal);

}  // namespace lgtmwatch
