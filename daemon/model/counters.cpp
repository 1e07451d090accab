#include "daemon/model/counters.hpp"

#include <algorithm>

namespace lgtmwatch {

const CounterWindow* CounterWindows::find(const CounterKey& key) const {
  if (!keys) return nullptr;
  const auto found = std::lower_bound(keys->begin(), keys->end(), key);
  if (found == keys->end() || *found != key) return nullptr;
  return &windows[static_cast<std::size_t>(found - keys->begin())];
}

const Gauge* CounterWindows::gauge(GaugeKind kind, const std::string& subject, std::optional<Signal> signal) const {
  for (const auto& gauge : gauges)
    if (gauge.kind == kind && gauge.subject == subject && gauge.signal == signal) return &gauge;
  return nullptr;
}

}  // namespace lgtmwatch
