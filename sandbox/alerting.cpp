#include "sandbox/alerting.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace lgtmwatch::sandbox {
namespace {

namespace boost_json = boost::json;

constexpr Duration evaluated_every = std::chrono::minutes(1);

// The last moment at which it still held what the fault changes.
WallTime until(const Faults& faults, std::string_view fault, WallTime now) {
  const auto found = faults.active().find(fault);
  return found == faults.active().end() ? now : std::min(now, found->second.since);
}

boost_json::object rule(const char* name, const char* expression, const char* severity, WallTime evaluated) {
  boost_json::object made;
  made["state"] = "inactive";
  made["name"] = name;
  made["query"] = expression;
  made["duration"] = 0;
  made["labels"] = {{"severity", severity}};
  made["annotations"] = boost_json::object();
  made["alerts"] = boost_json::array();
  made["health"] = "ok";
  made["lastError"] = "";
  made["type"] = "alerting";
  made["lastEvaluation"] = format_rfc3339(evaluated);
  made["evaluationTime"] = 0.0004;
  return made;
}

boost_json::object watchdog_labels() { return {{"alertname", "Watchdog"}, {"severity", "none"}}; }

boost_json::object watchdog(WallTime started, WallTime evaluated) {
  auto made = rule("Watchdog", "vector(1)", "none", evaluated);
  made["state"] = "firing";
  boost_json::object alert;
  alert["labels"] = watchdog_labels();
  alert["annotations"] = boost_json::object();
  alert["state"] = "firing";
  alert["activeAt"] = format_rfc3339(started);
  alert["value"] = "1e+00";
  made["alerts"] = boost_json::array(1, alert);
  return made;
}

double minutes_between(WallTime from, WallTime to) {
  return static_cast<double>(std::chrono::duration_cast<std::chrono::minutes>(to - from).count());
}

}  // namespace

std::string rules_answer(const Faults& faults, WallTime started, WallTime now) {
  const auto evaluated = until(faults, "ruler-evaluation-missed", now);
  boost_json::array rules;
  rules.emplace_back(watchdog(started, evaluated));
  rules.emplace_back(rule("TargetDown", "up == 0", "critical", evaluated));
  rules.emplace_back(
      rule("ScrapeSlow", R"(max by (job) (scrape_duration_seconds{job="loki"}) > 10)", "warning", evaluated));
  boost_json::object group;
  group["name"] = "lgtmwatch";
  group["file"] = "lgtmwatch";
  group["rules"] = std::move(rules);
  group["interval"] = std::chrono::duration_cast<std::chrono::seconds>(evaluated_every).count();
  group["lastEvaluation"] = format_rfc3339(evaluated);
  group["evaluationTime"] = 0.0015;
  group["sourceTenants"] = boost_json::array();
  boost_json::object data;
  data["groups"] = boost_json::array(1, group);
  boost_json::object root;
  root["status"] = "success";
  root["data"] = std::move(data);
  root["errorType"] = "";
  root["error"] = "";
  return boost_json::serialize(root);
}

std::string alertmanager_status(WallTime started) {
  boost_json::object root;
  root["cluster"] = {{"name", "01SANDBOX"}, {"peers", boost_json::array()}, {"status", "ready"}};
  root["config"] = {{"original", "route:\n  receiver: hook\nreceivers:\n- name: hook\n"}};
  root["uptime"] = format_rfc3339(started);
  root["versionInfo"] = {{"branch", ""},    {"buildDate", ""}, {"buildUser", ""},
                         {"goVersion", ""}, {"revision", ""},  {"version", ""}};
  return boost_json::serialize(root) + "\n";
}

std::string alertmanager_alerts(WallTime started, WallTime now) {
  boost_json::object alert;
  alert["annotations"] = boost_json::object();
  alert["endsAt"] = format_rfc3339(now + 4 * evaluated_every);
  alert["fingerprint"] = "448881ef475b9b26";
  alert["receivers"] = boost_json::array(1, boost_json::object{{"name", "hook"}});
  alert["startsAt"] = format_rfc3339(started);
  alert["status"] = {{"inhibitedBy", boost_json::array()}, {"silencedBy", boost_json::array()}, {"state", "active"}};
  alert["updatedAt"] = format_rfc3339(now);
  alert["generatorURL"] = "";
  alert["labels"] = watchdog_labels();
  return boost_json::serialize(boost_json::array(1, alert)) + "\n";
}

// The Watchdog is sent once in a minute; of notifications there was one for every four hours.
void add_alert_figures(Figures& figures, const Faults& faults, WallTime started, WallTime now) {
  const auto reached = until(faults, "ruler-cannot-reach-alertmanager", now);
  figures["cortex_prometheus_notifications_sent_total{user=\"anonymous\"}"] = minutes_between(started, reached);
  figures["cortex_prometheus_notifications_errors_total{user=\"anonymous\"}"] = 0;
  figures["cortex_prometheus_notifications_dropped_total{user=\"anonymous\"}"] = 0;
  figures["cortex_prometheus_notifications_alertmanagers_discovered{user=\"anonymous\"}"] = 1;
  figures["cortex_alertmanager_notifications_total{integration=\"webhook\",user=\"anonymous\"}"] = 12;
  figures
      ["cortex_alertmanager_notifications_failed_total{integration=\"webhook\",reason=\"other\",user=\"anonymous\"}"] =
          0;
}

}  // namespace lgtmwatch::sandbox
