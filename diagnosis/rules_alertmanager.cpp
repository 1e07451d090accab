// The Alertmanager: not there, without what fires in the ruler, without success in telling anybody, or told to be
// quiet.
#include <fmt/format.h>

#include <algorithm>

#include "diagnosis/alerting.hpp"
#include "diagnosis/dashboards.hpp"
#include "diagnosis/receiver_causes.hpp"
#include "diagnosis/unreadable.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration shortest_loss = std::chrono::minutes(3);   // a restart of the Alertmanager is shorter
constexpr Duration longest_resend = std::chrono::minutes(6);  // between two attempts with what fires

void find_absent_alertmanager(const AlertWay& way, Diagnosis& diagnosis) {
  const auto seen = way.alertmanager();
  const auto& endpoint = way.plan().alertmanager->endpoint;
  if (const auto* error = seen.error()) {
    if (way.is_alertmanager_away()) return;
    const auto* unknown = "whether alerts arrive at the Alertmanager is unknown";
    auto* root = endpoint.url.address() == way.view().address(Component::mimir) ? unreadable_mimir(diagnosis) : nullptr;
    if (root) root->consequences.emplace_back(unknown);
    if (root) return;
    const bool away = did_not_answer(*error) && !fails_at_proxy(endpoint, *error);
    auto finding = away ? alert_finding("alertmanager-down", "alertmanager", Severity::critical)
                        : unreadable({"the Alertmanager", "alertmanager", "alerting.alertmanager", endpoint}, *error);
    if (away) finding.summary = fmt::format("the Alertmanager does not answer: {}", error->what);
    if (away) finding.remedy = {"start the Alertmanager and read the last lines of its log"};
    if (away && (error->reason == Reason::dns || error->reason == Reason::unreachable))
      finding.alternatives = {
          "watcher-not-on-network: lgtmwatch itself has no way to it; compare from another container"};
    finding.evidence = evidence_of(seen.run());
    finding.consequences.emplace_back(unknown);
    diagnosis.findings.push_back(std::move(finding));
    return;
  }
  if (!seen.value() || seen.value()->missing.empty()) return;
  const auto& said = seen.value()->missing;
  const bool runs = said.find("is not configured") != std::string::npos;
  auto finding = alert_finding("alertmanager-not-configured", "alertmanager", Severity::critical);
  finding.summary = runs ? fmt::format("the Alertmanager has no configuration for this tenant: 404 {}", said)
                         : fmt::format("there is no Alertmanager at {}: 404 {}", endpoint.url.text(), said);
  finding.remedy = {runs ? "load a configuration for the tenant (mimirtool alertmanager load), or give all tenants one "
                           "with `alertmanager.fallback_config_file`"
                         : "Mimir: let it run (`target: all,alertmanager`); a proxy or prefix in between: correct "
                           "`alerting.alertmanager.url`"};
  if (!runs) finding.alternatives = {"the path of `alerting.alertmanager.url` is wrong, and the Alertmanager is well"};
  finding.evidence = evidence_of(seen.run());
  diagnosis.findings.push_back(std::move(finding));
}

// What the ruler's notifier did. It counts as sent what it tried to send; some versions what was taken alone.
class Notifier {
 public:
  explicit Notifier(const AlertWay& way) : way_(way), windows_(way.ruler_counters()) {
    if (!windows_ || !windows_->keys) return;
    dropped_ = windows_->find({CounterKind::alert_dropped, "mimir", {}, {}});
    sent_ = windows_->find({CounterKind::alert_sent, "mimir", {}, {}});
  }

  bool loses_all() const {
    if (!dropped_ || !sent_) return false;
    const auto firing = way_.firing_rules();
    const auto at_alertmanager = way_.alertmanager();
    if (at_alertmanager.value() && at_alertmanager.value()->missing.empty()) {
      if (firing.empty() || !way_.is_alertmanager_settled() || has_one_of(*at_alertmanager.value(), firing))
        return false;
      return has_delivered_none() || is_dropping();
    }
    return lost_for_long() || (!firing.empty() && has_delivered_none() && has_lived_for(shortest_loss));
  }
  // Lately, and since then nothing got through.
  bool is_dropping() const {
    if (!dropped_ || !sent_ || !dropped_->last_moved) return false;
    const bool lately = windows_->at - *dropped_->last_moved <= longest_resend;
    return lately && (!sent_->last_moved || *sent_->last_moved <= *dropped_->last_moved);
  }
  std::string figures() const {
    return fmt::format("of the alerts that it sent since it was started ({}) it dropped {}", sent_->raw, dropped_->raw);
  }

 private:
  static bool has_one_of(const AlertmanagerState& state, const std::vector<const AlertRule*>& firing) {
    return std::any_of(state.alerts.begin(), state.alerts.end(), [&](const AlertAtAlertmanager& alert) {
      return std::any_of(firing.begin(), firing.end(), [&](const AlertRule* rule) { return rule->name == alert.name; });
    });
  }
  bool has_delivered_none() const { return dropped_->raw > 0 && sent_->raw <= dropped_->raw; }
  bool has_lived_for(Duration time) const {
    return windows_->process_start && windows_->at - *windows_->process_start >= time;
  }
  bool lost_for_long() const {
    return is_dropping() && dropped_->newest.at - dropped_->oldest.at >= shortest_loss &&
           sent_->increase_of_minutes() <= dropped_->increase_of_minutes();
  }

  const AlertWay& way_;
  const CounterWindows* windows_;
  const CounterWindow* dropped_ = nullptr;
  const CounterWindow* sent_ = nullptr;
};

std::string names_of(const std::vector<const AlertRule*>& rules) {
  std::vector<std::string> names;
  for (const auto* rule : rules)
    if (std::find(names.begin(), names.end(), rule->name) == names.end()) names.push_back(rule->name);
  return listed(names);
}

void find_undelivered_alerts(const AlertWay& way, Diagnosis& diagnosis) {
  if (!way.plan().asks_ruler || way.is_ruler_away()) return;
  const Notifier notifier(way);
  if (auto* root = finding_among(diagnosis, {"alertmanager-down", "alertmanager-not-configured"})) {
    if (notifier.is_dropping()) root->consequences.push_back("the ruler drops alerts: " + notifier.figures());
    return;
  }
  if (!notifier.loses_all()) return;
  const auto& mimir = *way.view().plan().mimir;
  const auto firing = way.firing_rules();
  auto finding = alert_finding("ruler-cannot-reach-alertmanager", "ruler", Severity::critical);
  finding.summary = fmt::format("the ruler reaches no Alertmanager: {}{}", notifier.figures(),
                                firing.empty() ? "" : fmt::format(", while {} fires", names_of(firing)));
  finding.evidence = {fmt::format("curl -sS '{}/metrics' | grep prometheus_notifications: {}",
                                  mimir.endpoint.url.text(), notifier.figures())};
  for (const auto* run : {way.rules().run(), way.alertmanager().run()})
    for (auto& line : evidence_of(run)) finding.evidence.push_back(std::move(line));
  finding.remedy = {
      mimir.kind == MimirKind::prometheus
          ? "correct `alerting.alertmanagers` of prometheus.yml: its targets, `scheme` and `path_prefix`; Prometheus "
            "logs "
            "\"Error sending alert\" with what it met"
          : "correct `ruler.alertmanager_url`: name, port and prefix (http://mimir:9009/alertmanager for Mimir's own)"};
  diagnosis.findings.push_back(std::move(finding));
}

// Why the watchdog is not where it should be; empty where it is, or where that is not known.
std::string what_of_watchdog(const AlertWay& way) {
  const auto& name = way.plan().watchdog;
  const auto* rules = way.is_ruler_away() ? nullptr : way.rules().value();
  const auto* found = way.alertmanager().value();
  if (rules && rules->lacks_watchdog) return fmt::format("the ruler has no rule of the name {}", name);
  if (rules && rules->watchdog && rules->watchdog->state == "inactive" && rules->watchdog->health != "unknown")
    return fmt::format("the rule {} does not fire: it is inactive, and its expression is {}", name,
                       rules->watchdog->expression);
  if (!found || !found->lacks_watchdog || !way.is_alertmanager_settled() || way.are_rules_in_doubt()) return {};
  if (!way.plan().asks_ruler) return fmt::format("the Alertmanager does not have the alert {}", name);
  const auto firing = way.firing_rules();
  const bool fires =
      std::any_of(firing.begin(), firing.end(), [&](const AlertRule* each) { return each->name == name; });
  return fires ? fmt::format("{} fires in the ruler, and the Alertmanager does not have it", name) : std::string();
}

void find_missing_watchdog(const AlertWay& way, Diagnosis& diagnosis) {
  if (way.plan().watchdog.empty()) return;
  const auto what = what_of_watchdog(way);
  if (what.empty()) return;
  if (auto* root = finding_among(diagnosis, {"ruler-cannot-reach-alertmanager", "ruler-rules-not-loaded"})) {
    root->consequences.push_back(what);
    return;
  }
  auto finding = alert_finding("watchdog-alert-missing", way.plan().watchdog, Severity::critical);
  finding.summary = what + ", so silence of alerts means nothing";
  for (const auto* run : {way.rules().run(), way.alertmanager().run()})
    for (auto& line : evidence_of(run)) finding.evidence.push_back(std::move(line));
  const auto* rules = way.rules().value();
  const bool fires = rules && rules->watchdog && rules->watchdog->state == "firing";
  finding.remedy = {fires || !rules
                        ? "look at which Alertmanager the ruler sends to, and whether it is the one of "
                          "`alerting.alertmanager`; alert_relabel_configs may drop it"
                        : fmt::format("add a rule that always fires: alert: {}, expr: vector(1); or correct "
                                      "`alerting.watchdog`",
                                      way.plan().watchdog)};
  if (fires) finding.alternatives = {"ruler-cannot-reach-alertmanager", "the ruler sends to another Alertmanager"};
  diagnosis.findings.push_back(std::move(finding));
}

}  // namespace

void find_alertmanager_faults(const View& view, Diagnosis& diagnosis) {
  if (!view.plan().alerting) return;
  const AlertWay way(view);
  if (way.plan().alertmanager) find_absent_alertmanager(way, diagnosis);
  find_undelivered_alerts(way, diagnosis);
  find_missing_watchdog(way, diagnosis);
}

}  // namespace lgtmwatch
