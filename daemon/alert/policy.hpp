// AlertPolicy: which findings people are told of. Pure: snapshots and their time in, alerts out.
//
// A finding becomes an alert when it has been there for `settle`, so that what gives way to its root cause is not told
// before it. An alert is over when its finding has stayed away for `calm`. One that comes back within `remembered`
// after that flaps: it is over only after `flapping_calm`. While a window of maintenance covers a finding nothing
// begins and nothing ends; what is still there at its end is told then.
//
// What was told before a restart is on and awaited: nothing is said of it until its finding is seen again, or has
// stayed away, which counts from the first complete snapshot on.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <string>

#include "daemon/status/store.hpp"

namespace lgtmwatch {

struct AlertTimes {
  Duration settle = std::chrono::seconds(15);  // `for` and `keep_firing_for` of the configuration
  Duration calm = std::chrono::minutes(2);
  Duration flapping_calm = std::chrono::minutes(30);
  Duration remembered = std::chrono::hours(1);
};

// A finding that concerns more signals than before is the same alert.
struct AlertKey {
  std::string stack;
  std::string cause;
  std::string subject;
  auto operator<=>(const AlertKey&) const = default;
};

struct Alert {
  std::string stack;
  Finding finding;        // as it was seen last
  std::size_t place = 0;  // among the findings of its stack: the root cause that explains most is the first
  WallTime last_seen{};
  bool flaps = false;
  bool awaited = false;  // told before a restart, and not seen since
};

AlertKey key_of(const std::string& stack, const Finding& finding);

using Alerts = std::map<AlertKey, Alert>;

class AlertPolicy {
 public:
  explicit AlertPolicy(AlertTimes times = {}) : times_(times) {}

  void set_times(AlertTimes times) { times_ = times; }
  // Before the first look: what was on before a restart.
  void resume(Alerts alerts);
  // Changes nothing before every probe has run.
  void look(const Snapshot& snapshot);
  const Alerts& alerts() const { return alerts_; }  // those that are on

 private:
  struct Memory {
    std::optional<WallTime> seen_since;
    std::optional<WallTime> gone_since;
    std::optional<WallTime> ended;
  };

  AlertKey see(const StackSnapshot& stack, std::size_t place, WallTime now);
  // Whether there is something to remember.
  bool miss(const AlertKey& key, Memory& memory, const Snapshot& snapshot);
  Duration calm_of(const Alert& alert) const;

  AlertTimes times_;
  std::map<AlertKey, Memory> memories_;
  Alerts alerts_;
};

}  // namespace lgtmwatch
