#include "daemon/status/counter_windows.hpp"

#include <algorithm>
#include <set>

namespace lgtmwatch {
namespace {

constexpr Duration window_step = std::chrono::minutes(5);
constexpr Duration forgotten_after = std::chrono::minutes(15);
constexpr Duration start_tolerance = std::chrono::seconds(2);  // some components write it with rounding

bool is_another_life(const CounterWindows& before, const CounterReadings& readings) {
  if (!before.process_start || !readings.process_start) return false;
  const auto apart = *readings.process_start - *before.process_start;
  return apart > start_tolerance || apart < -start_tolerance;
}

bool is_reset(const CounterWindow& window, const CounterReading& reading) {
  if (reading.value >= window.raw) return false;
  return !reading.wavers || reading.value < window.raw / 2;
}

void move_points(CounterWindow& window, WallTime at, double total) {
  window.previous = window.newest;
  window.newest = {at, total};
  if (at - window.older.at >= window_step) {
    window.oldest = window.older;
    window.older = window.newest;
  }
}

CounterWindow first_seen(double raw, WallTime at, WallTime since, double counted) {
  CounterWindow window;
  window.raw = raw;
  window.newest = window.previous = window.older = window.oldest = {since, 0};
  if (at != since) move_points(window, at, counted);
  if (counted > 0) {
    window.last_moved = at;
    window.moved_in_a_row = 1;
  }
  return window;
}

CounterWindow advance_one(CounterWindow window, const CounterReading& reading, WallTime at, bool another_life) {
  const bool reset = another_life || is_reset(window, reading);
  const double step = reset ? reading.value : std::max(reading.value - window.raw, 0.0);
  const bool moved = step > 0;
  window.moved_in_a_row = moved && !reset ? window.moved_in_a_row + 1 : 0;
  window.still_in_a_row = moved || reset ? 0 : window.still_in_a_row + 1;
  if (moved && !reset) window.last_moved = at;
  window.raw = reset ? reading.value : std::max(reading.value, window.raw);
  move_points(window, at, window.newest.total + step);
  return window;
}

// The counters of one scrape by key: sorted, and those that were written in several series added up.
std::vector<CounterReading> merged(std::vector<CounterReading> readings) {
  std::sort(readings.begin(), readings.end(),
            [](const CounterReading& a, const CounterReading& b) { return a.key < b.key; });
  std::vector<CounterReading> sums;
  for (auto& reading : readings) {
    if (sums.empty() || sums.back().key != reading.key) {
      sums.push_back(std::move(reading));
    } else {
      sums.back().value += reading.value;
    }
  }
  return sums;
}

void set_before(std::vector<Gauge>& gauges, const CounterWindows* before) {
  if (!before) return;
  for (auto& gauge : gauges)
    if (const auto* known = before->gauge(gauge.kind, gauge.subject, gauge.signal)) gauge.before = known->value;
}

class Merge {
 public:
  Merge(const CounterWindows* before, bool another_life, WallTime at)
      : before_(before), another_life_(another_life), at_(at) {
    if (before_)
      for (const auto& key : *before_->keys) subjects_.insert(key.subject);
  }

  void add(const CounterReading& reading) {
    keep_what_is_before(reading.key);
    if (at_key(reading.key)) {
      push(reading.key, advance_one(before_->windows[next_++], reading, at_, another_life_));
    } else if (subjects_.contains(reading.key.subject)) {
      push(reading.key, first_seen(reading.value, at_, before_->at, reading.value));
    } else {
      push(reading.key, first_seen(reading.value, at_, at_, 0));
    }
  }
  void finish(CounterWindows& windows) {
    for (; before_ && next_ < before_->keys->size(); ++next_) keep((*before_->keys)[next_], before_->windows[next_]);
    windows.windows = std::move(windows_);
    const bool same = before_ && *before_->keys == keys_;
    windows.keys = same ? before_->keys : std::make_shared<const std::vector<CounterKey>>(std::move(keys_));
  }

 private:
  bool at_key(const CounterKey& key) const {
    return before_ && next_ < before_->keys->size() && (*before_->keys)[next_] == key;
  }
  void keep_what_is_before(const CounterKey& key) {
    for (; before_ && next_ < before_->keys->size() && (*before_->keys)[next_] < key; ++next_)
      keep((*before_->keys)[next_], before_->windows[next_]);
  }
  void keep(const CounterKey& key, const CounterWindow& window) {
    if (at_ - window.newest.at < forgotten_after) {
      push(key, window);
    } else if (key.kind == CounterKind::scraper_entries) {
      add_to_rest(key, window.newest.total);
    }
  }
  // The rest of a scraper has no detail, so that it came before all its files.
  void add_to_rest(const CounterKey& gone, double total) {
    const CounterKey rest{gone.kind, gone.subject, gone.signal, {}};
    const auto found = std::lower_bound(keys_.begin(), keys_.end(), rest);
    if (found == keys_.end() || *found != rest) return;
    auto& window = windows_[static_cast<std::size_t>(found - keys_.begin())];
    for (auto* point : {&window.newest, &window.previous, &window.older, &window.oldest}) point->total += total;
  }
  void push(const CounterKey& key, CounterWindow window) {
    keys_.push_back(key);
    windows_.push_back(window);
  }

  const CounterWindows* before_;
  bool another_life_;
  WallTime at_;
  std::set<std::string> subjects_;
  std::size_t next_ = 0;
  std::vector<CounterKey> keys_;
  std::vector<CounterWindow> windows_;
};

}  // namespace

std::shared_ptr<const CounterWindows> advance_windows(const CounterWindows* before, CounterReadings readings,
                                                      WallTime at) {
  auto windows = std::make_shared<CounterWindows>();
  windows->at = at;
  windows->process_start = readings.process_start;
  windows->gauges = std::move(readings.gauges);
  windows->absent = std::move(readings.absent);
  set_before(windows->gauges, before);
  Merge merge(before, before && is_another_life(*before, readings), at);
  for (const auto& reading : merged(std::move(readings.counters))) merge.add(reading);
  merge.finish(*windows);
  return windows;
}

}  // namespace lgtmwatch
