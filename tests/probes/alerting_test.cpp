// The answers are those of Debian's Prometheus 2.42 and Alertmanager 0.25, shortened.
#include <catch2/catch.hpp>

#include "daemon/status/counter_windows.hpp"
#include "probes/alerting/alertmanager_body.hpp"
#include "probes/alerting/alertmanager_metrics.hpp"
#include "probes/alerting/rules_body.hpp"
#include "probes/backend_counters.hpp"

namespace lgtmwatch {
namespace {

constexpr const char* rules_body = R"json({"status":"success","data":{"groups":[{"name":"shop","file":"rules.yml",
  "rules":[{"state":"firing","name":"Watchdog","query":"vector(1)","duration":0,"labels":{"severity":"none"},"alerts":[
    {"labels":{"alertname":"Watchdog"},"state":"firing","activeAt":"2026-11-26T05:53:12.2Z","value":"1e+00"},
    {"labels":{"alertname":"Watchdog"},"state":"firing","activeAt":"2026-11-26T05:53:02.23501644Z","value":"1e+00"}],
   "health":"ok","lastEvaluation":"2026-11-26T05:53:08.241929975Z","type":"alerting"},
  {"name":"job:up:sum","query":"sum by (job) (up)","health":"ok","type":"recording"},
  {"state":"inactive","name":"Broken","query":"up > 1","alerts":[],"health":"err",
   "lastError":"invalid regular expression in label_replace(): (","type":"alerting"}],
  "interval":90.5,"lastEvaluation":"2026-11-26T05:53:08.241915879Z"},
  {"name":"new","rules":null,"interval":60,"lastEvaluation":"0001-01-01T00:00:00Z"}]}})json";

AlertingPlan plan_of(std::vector<std::string> groups, const std::string& watchdog) {
  AlertingPlan plan;
  plan.rule_groups = std::move(groups);
  plan.watchdog = watchdog;
  return plan;
}

bool reads(const Result<void>& read) { return read.has_value(); }

double value_of(const BackendCounters& found, CounterKind kind, const std::string& detail = {}) {
  double sum = 0;
  int count = 0;
  for (const auto& each : found.readings.counters) {
    if (each.key.kind != kind || each.key.detail != detail) continue;
    sum += each.value;
    ++count;
  }
  return count > 0 ? sum : -1;
}

}  // namespace

TEST_CASE("Rules are read with their state, health and the oldest of their alerts") {
  const auto rules = parse_rules(rules_body, plan_of({"shop", "gone"}, "Watchdog")).value();
  REQUIRE(rules.groups.size() == 2);
  CHECK(rules.groups[0].interval == std::chrono::milliseconds(90'500));
  CHECK(format_rfc3339(*rules.groups[0].evaluated) == "2026-11-26T05:53:08Z");
  CHECK_FALSE(rules.groups[1].evaluated);
  REQUIRE(rules.alerts.size() == 2);
  CHECK(rules.alerts[0].state == "firing");
  CHECK(format_rfc3339(*rules.alerts[0].active_since) == "2026-11-26T05:53:02Z");
  CHECK(rules.alerts[1].health == "err");
  CHECK(rules.alerts[1].group == "shop");
  CHECK(rules.missing == std::vector<std::string>{"gone"});
  CHECK(rules.watchdog->expression == "vector(1)");
  CHECK_FALSE(rules.lacks_watchdog);
  CHECK(parse_rules(rules_body, plan_of({}, "Deadman")).value().lacks_watchdog);
  CHECK_FALSE(parse_rules(rules_body, plan_of({}, "")).value().lacks_watchdog);
}

TEST_CASE("No groups are none, and what is no list of rules is an error") {
  const auto none =
      parse_rules(R"({"status":"success","data":{"groups":[]},"errorType":"","error":""})", plan_of({"a"}, ""));
  CHECK(none.value().groups.empty());
  CHECK(none.value().missing.size() == 1);
  for (const auto* body : {"", "{}", "[]", R"({"status":"success","data":{}})", R"({"status":"error","error":"no"})",
                           R"({"status":"success","data":{"groups":{}}})"}) {
    CAPTURE(body);
    CHECK(parse_rules(body, plan_of({}, "")).has_error());
  }
}

TEST_CASE("Alerts are read with what keeps them quiet, and active silences with author and end") {
  AlertmanagerState found;
  REQUIRE(reads(read_status(
      R"({"cluster":{"peers":[],"status":"disabled"},"config":{"original":""},"uptime":"2026-11-26T05:53:01.165Z"})",
      found)));
  CHECK(format_rfc3339(*found.up_since) == "2026-11-26T05:53:01Z");
  REQUIRE(reads(read_alerts(R"([{"startsAt":"2026-11-26T05:53:07.235Z","status":{"inhibitedBy":["448881ef475b9b26"],
      "silencedBy":["2f7600b8"],"state":"suppressed"},"labels":{"alertname":"Down","severity":"critical"}}])",
                            "Watchdog", found)));
  REQUIRE(found.alerts.size() == 1);
  CHECK(found.alerts[0].state == "suppressed");
  CHECK(found.alerts[0].silenced_by == std::vector<std::string>{"2f7600b8"});
  CHECK(found.alerts[0].inhibited_by.size() == 1);
  CHECK(found.lacks_watchdog);
  REQUIRE(
      reads(read_silences(R"([{"id":"2f7600b8","status":{"state":"active"},"comment":"night shift","createdBy":"eve",
      "endsAt":"2026-12-30T00:00:00.000Z","startsAt":"2026-11-26T05:53:09.141Z"},
      {"id":"x","status":{"state":"expired"}},{"id":"y","status":{"state":"pending"}}])",
                          found)));
  REQUIRE(found.silences.size() == 1);
  CHECK(found.silences[0].author == "eve");
  CHECK(format_rfc3339(*found.silences[0].end) == "2026-12-30T00:00:00Z");
}

TEST_CASE("The watchdog is there in whatever state, and none is expected where none is configured") {
  const auto* body = R"([{"labels":{"alertname":"Watchdog"},"status":{"state":"suppressed"}}])";
  AlertmanagerState found;
  REQUIRE(reads(read_alerts(body, "Watchdog", found)));
  CHECK_FALSE(found.lacks_watchdog);
  AlertmanagerState other;
  REQUIRE(reads(read_alerts("[]", "", other)));
  CHECK_FALSE(other.lacks_watchdog);
}

TEST_CASE("What is no answer of an Alertmanager is an error") {
  AlertmanagerState found;
  CHECK(read_status("[]", found).has_error());
  CHECK(read_status(R"({"status":"success"})", found).has_error());
  CHECK(read_alerts(R"({"status":"success","data":[]})", "", found).has_error());
  CHECK(read_silences("<html>", found).has_error());
}

TEST_CASE("Notifications are counted by integration, of our tenant") {
  const auto own = parse_alertmanager_counters(
      "alertmanager_notifications_failed_total{integration=\"webhook\"} 2\n"
      "alertmanager_notifications_total{integration=\"webhook\"} 3\n"
      "alertmanager_notifications_total{integration=\"email\"} 0\nprocess_start_time_seconds 1.79567238057e+09\n",
      "");
  CHECK(value_of(own.value(), CounterKind::notification_sent, "webhook") == 3);
  CHECK(value_of(own.value(), CounterKind::notification_failed, "webhook") == 2);
  CHECK(value_of(own.value(), CounterKind::notification_failed, "email") == 0);
  CHECK(own.value().readings.process_start.has_value());
  const auto of_mimir = parse_alertmanager_counters(
      "cortex_alertmanager_notifications_total{user=\"a\",integration=\"webhook\"} 5\n"
      "cortex_alertmanager_notifications_total{user=\"b\",integration=\"webhook\"} 9\n"
      "cortex_alertmanager_notifications_failed_total{user=\"a\",integration=\"webhook\",reason=\"other\"} 1\n"
      "cortex_alertmanager_notifications_failed_total{user=\"a\",integration=\"webhook\",reason=\"clientError\"} 2\n",
      "a");
  CHECK(value_of(of_mimir.value(), CounterKind::notification_sent, "webhook") == 5);
  CHECK(value_of(of_mimir.value(), CounterKind::notification_failed, "webhook") == 3);
  CHECK(parse_alertmanager_counters("cortex_distributor_x 1\n", "").has_error());
}

TEST_CASE("A ruler's notifier is counted where it is asked for, with zeros for what did not happen yet") {
  BackendFamilies asked{Signal::metrics, {}, {}, "user", "cortex_"};
  asked.alerts_prefix = "cortex_prometheus_notifications_";
  const auto* body =
      "cortex_prometheus_notifications_dropped_total{user=\"a\"} 4\n"
      "cortex_prometheus_notifications_dropped_total{user=\"b\"} 5\n"
      "cortex_prometheus_notifications_alertmanagers_discovered{user=\"a\"} 1\n";
  const auto found = parse_backend_counters(body, Component::mimir, asked, "a").value();
  CHECK(value_of(found, CounterKind::alert_dropped) == 4);
  CHECK(value_of(found, CounterKind::alert_sent) == 0);
  auto unasked = asked;
  unasked.alerts_prefix = {};
  CHECK(value_of(parse_backend_counters(body, Component::mimir, unasked, "a").value(), CounterKind::alert_dropped) ==
        -1);
  const auto without = parse_backend_counters("cortex_x 1\n", Component::mimir, asked, "a").value();
  CHECK(value_of(without, CounterKind::alert_sent) == -1);
}

}  // namespace lgtmwatch
