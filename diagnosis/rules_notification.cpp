// What the Alertmanager does with alerts: it cannot tell anybody of them, or is told to be quiet.
#include <fmt/format.h>

#include <algorithm>

#include "diagnosis/alerting.hpp"
#include "diagnosis/dashboards.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration longest_between = std::chrono::minutes(12);  // two notifications of what goes on failing

// The alerts that it would notify of.
bool has_active_alert(const AlertmanagerState& state) {
  return std::any_of(state.alerts.begin(), state.alerts.end(),
                     [](const AlertAtAlertmanager& alert) { return alert.state == "active"; });
}

// Half of what was tried in the last minutes, or all of it since the Alertmanager was started. A last attempt may be
// under way.
bool fails(const CounterWindow& sent, const CounterWindow& failed, WallTime at, bool has_reason) {
  const bool lately = failed.last_moved && at - *failed.last_moved <= longest_between;
  if (lately && failed.increase_of_minutes() >= 1)
    return 2 * failed.increase_of_minutes() >= sent.increase_of_minutes();
  const bool never_succeeded = failed.raw >= sent.raw || (failed.raw >= 2 && failed.raw >= sent.raw - 1);
  return has_reason && failed.raw > 0 && never_succeeded;
}

void find_failing_notifications(const AlertWay& way, Diagnosis& diagnosis) {
  const auto* windows = way.notification_counters();
  const auto* state = way.alertmanager().value();
  if (!windows || !windows->keys || !state || !state->missing.empty()) return;
  std::vector<std::string> failing;
  for (const auto& key : *windows->keys) {
    if (key.kind != CounterKind::notification_failed) continue;
    const auto* failed = windows->find(key);
    const auto* sent = windows->find({CounterKind::notification_sent, key.subject, {}, key.detail});
    if (sent && fails(*sent, *failed, windows->at, has_active_alert(*state)))
      failing.push_back(fmt::format("{} ({} of {} failed)", key.detail, failed->raw, sent->raw));
  }
  if (failing.empty()) return;
  auto finding = alert_finding("notification-failing", "alertmanager", Severity::critical);
  finding.summary =
      fmt::format("the Alertmanager does not get its notifications out by {} since it was started", listed(failing));
  finding.evidence = {fmt::format("curl -sS '{}/metrics' | grep alertmanager_notifications: {}",
                                  way.plan().alertmanager->endpoint.url.text(), listed(failing))};
  finding.remedy = {
      "read what the receiver answered in the Alertmanager's log (\"Notify for alerts failed\"), and correct its "
      "address, "
      "token or certificate in `receivers` of alertmanager.yml"};
  diagnosis.findings.push_back(std::move(finding));
}

class Quiet {
 public:
  Quiet(const AlertWay& way, const AlertmanagerState& state, WallTime at) : way_(way), state_(state), at_(at) {}

  // "InstanceDown, by a silence of eve (night shift) until 2026-12-30T00:00:00Z"
  std::vector<std::string> silenced() const {
    std::vector<std::string> told;
    for (const auto& silence : state_.silences) {
      if (!is_left(silence)) continue;
      const auto hidden =
          hidden_by([&](const AlertAtAlertmanager& alert) { return contains(alert.silenced_by, silence.id); });
      if (hidden.empty()) continue;
      told.push_back(fmt::format("{}, by a silence of {}{} until {}", listed(hidden),
                                 silence.author.empty() ? "nobody" : silence.author,
                                 silence.comment.empty() ? "" : " (" + silence.comment + ")",
                                 silence.end ? format_rfc3339(*silence.end) : "an unknown time"));
    }
    return told;
  }
  std::vector<std::string> inhibited() const {
    return hidden_by([&](const AlertAtAlertmanager& alert) {
      return alert.silenced_by.empty() && !alert.inhibited_by.empty() && alert.since && at_ - *alert.since >= long_ago;
    });
  }

 private:
  static constexpr Duration long_ago = std::chrono::hours(24);

  static bool contains(const std::vector<std::string>& list, const std::string& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
  }
  // One that was made within the last day and ends within the next is a maintenance.
  bool is_left(const Silence& silence) const {
    return (silence.begin && at_ - *silence.begin >= long_ago) || !silence.end || *silence.end - at_ >= long_ago;
  }
  bool matters(const AlertAtAlertmanager& alert) const {
    constexpr std::array harmless{"none", "info", "debug", "informational"};
    if (!way_.plan().watchdog.empty() && alert.name == way_.plan().watchdog) return true;
    return std::find(harmless.begin(), harmless.end(), alert.severity) == harmless.end();
  }
  template <class Predicate>
  std::vector<std::string> hidden_by(Predicate is_hidden) const {
    std::vector<std::string> names;
    for (const auto& alert : state_.alerts)
      if (alert.state == "suppressed" && matters(alert) && is_hidden(alert) && !contains(names, alert.name))
        names.push_back(alert.name);
    return names;
  }

  const AlertWay& way_;
  const AlertmanagerState& state_;
  WallTime at_;
};

void find_left_silences(const AlertWay& way, Diagnosis& diagnosis) {
  const auto seen = way.alertmanager();
  if (!seen.value()) return;
  const Quiet quiet(way, *seen.value(), seen.run()->at);
  const auto silenced = quiet.silenced();
  const auto inhibited = quiet.inhibited();
  if (silenced.empty() && inhibited.empty()) return;
  auto finding = alert_finding("silence-or-inhibition-left", "alertmanager",
                               silenced.empty() ? Severity::info : Severity::warning);
  finding.state = State::healthy;
  std::vector<std::string> hidden = silenced;
  if (!inhibited.empty())
    hidden.push_back(fmt::format("{}, by an inhibition for longer than a day", listed(inhibited)));
  finding.summary = fmt::format("the Alertmanager keeps firing alerts quiet: {}", listed(hidden));
  finding.evidence = evidence_of(seen.run());
  if (!silenced.empty())
    finding.remedy.push_back("expire the silence (amtool silence expire ID), or narrow its matchers");
  if (!inhibited.empty()) finding.remedy.push_back("look whether `inhibit_rules` of alertmanager.yml are too wide");
  diagnosis.findings.push_back(std::move(finding));
}

}  // namespace

void find_notification_faults(const View& view, Diagnosis& diagnosis) {
  if (!view.plan().alerting || !view.plan().alerting->alertmanager) return;
  const AlertWay way(view);
  find_failing_notifications(way, diagnosis);
  find_left_silences(way, diagnosis);
}

}  // namespace lgtmwatch
