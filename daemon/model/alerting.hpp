// What the ruler and the Alertmanager say of themselves: the observations of probes/alerting.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/base/time.hpp"

namespace lgtmwatch {

struct AlertRule {
  std::string group;
  std::string name;
  std::string expression;
  std::string state;                     // "firing", "pending", "inactive"
  std::string health;                    // "ok", "err", "unknown"
  std::optional<WallTime> active_since;  // of its oldest alert
};

struct RuleGroup {
  std::string name;
  Duration interval{};
  std::optional<WallTime> evaluated;  // absent before the first time
};

struct RulerRules {
  bool has_ruler = true;  // false: 404
  std::vector<RuleGroup> groups;
  std::vector<AlertRule> alerts;      // alerting rules alone
  std::vector<std::string> missing;   // groups that are configured and not loaded
  std::size_t left_out = 0;           // alerting rules beyond the bound
  std::optional<AlertRule> watchdog;  // the rule of that name
  bool lacks_watchdog = false;        // one is configured, and there is no rule of its name
};

// A selector of alerting rules, without which they can never fire.
struct AbsentMetric {
  std::string selector;
  std::vector<std::string> rules;
  std::size_t asked_first = 0;  // its exchanges in the run: from this one
  std::size_t asked_end = 0;    // to before this one
};

struct RuleMetrics {
  std::vector<AbsentMetric> absent;
  std::size_t asked = 0;      // selectors
  std::size_t not_asked = 0;  // for want of time, beyond the limit, or because the query failed
};

struct AlertAtAlertmanager {
  std::string name;
  std::string severity;                   // its label, "" without
  std::string state;                      // "active", "suppressed", "unprocessed"
  std::vector<std::string> silenced_by;   // ids of silences
  std::vector<std::string> inhibited_by;  // fingerprints of alerts
  std::optional<WallTime> since;
};

// One that is active.
struct Silence {
  std::string id;
  std::string author;
  std::string comment;
  std::optional<WallTime> begin;
  std::optional<WallTime> end;
};

struct AlertmanagerState {
  std::string missing;  // what its 404 said; empty where it is there
  std::optional<WallTime> up_since;
  std::vector<AlertAtAlertmanager> alerts;
  std::vector<Silence> silences;
  std::size_t left_out = 0;     // alerts beyond the bound
  bool lacks_watchdog = false;  // one is configured, and there is no alert of its name
};

}  // namespace lgtmwatch
