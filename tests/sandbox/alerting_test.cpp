// The ruler and the Alertmanager in the sandbox's Mimir, and one test per fault on the way of an alert.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include "bench.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using Catch::Contains;
namespace json = boost::json;

constexpr const char* rules_path = "/prometheus/api/v1/rules";
constexpr const char* alerts_path = "/alertmanager/api/v2/alerts";
constexpr const char* silences_path = "/alertmanager/api/v2/silences";

json::array groups(Bench& bench) { return bench.get("mimir", rules_path).json().at("data").at("groups").as_array(); }

std::string counted(Bench& bench, const std::string& query) {
  return json::serialize(
      bench.get("mimir", "/prometheus/api/v1/query?query=" + escaped(query)).json().at("data").at("result"));
}

std::string lines_of(Bench& bench, const std::string& family) {
  const auto metrics = bench.get("mimir", "/metrics").body;
  const auto at = metrics.find("\n" + family);
  REQUIRE(at != std::string::npos);
  return metrics.substr(at + 1, metrics.find('\n', at + 1) - at - 1);
}

TEST_CASE("The ruler has a group whose Watchdog fires, and the Alertmanager has its alert") {
  Bench bench;
  const auto found = groups(bench);
  REQUIRE(found.size() == 1);
  CHECK(found[0].at("name").as_string() == "lgtmwatch");
  CHECK(found[0].at("rules").at(0).at("state").as_string() == "firing");
  CHECK(found[0].at("rules").as_array().size() == 3);
  CHECK(bench.get("mimir", "/alertmanager/api/v2/status").json().as_object().contains("uptime"));
  const auto alerts = bench.get("mimir", alerts_path).json();
  REQUIRE(alerts.as_array().size() == 1);
  CHECK(alerts.at(0).at("labels").at("alertname").as_string() == "Watchdog");
  CHECK(bench.get("mimir", silences_path).json().as_array().empty());
  CHECK_THAT(lines_of(bench, "cortex_prometheus_notifications_sent_total"), Contains("} 20"));
}

TEST_CASE("The metrics of its rules exist, now and within the hour") {
  Bench bench;
  for (const auto* metric : {"up", "scrape_duration_seconds{job=\"loki\"}"}) {
    CHECK(counted(bench, std::string("count(") + metric + ")") != "[]");
    CHECK(counted(bench, std::string("count(last_over_time(") + metric + "[1h]))") != "[]");
  }
  CHECK(counted(bench, "count(last_over_time(gone[1h]))") == "[]");
}

TEST_CASE("rule-on-absent-metric asks for a metric that nobody exports") {
  Bench bench;
  REQUIRE(bench.fault("rule-on-absent-metric") == 200);
  CHECK_THAT(bench.get("mimir", rules_path).body, Contains("scrape_duration_milliseconds"));
  CHECK(counted(bench, "count(scrape_duration_milliseconds)") == "[]");
}

TEST_CASE("ruler-rules-not-loaded is an empty list of groups") {
  Bench bench;
  REQUIRE(bench.fault("ruler-rules-not-loaded") == 200);
  CHECK(groups(bench).empty());
}

TEST_CASE("ruler-evaluation-missed leaves the last evaluation where it was") {
  Bench bench;
  const auto before = json::serialize(groups(bench)[0].at("lastEvaluation"));
  REQUIRE(bench.fault("ruler-evaluation-missed") == 200);
  bench.advance(std::chrono::minutes(10));
  CHECK(json::serialize(groups(bench)[0].at("lastEvaluation")) == before);
  bench.clear();
  CHECK(json::serialize(groups(bench)[0].at("lastEvaluation")) != before);
}

TEST_CASE("ruler-cannot-reach-alertmanager drops alerts, sends none, and the Alertmanager has none") {
  Bench bench;
  REQUIRE(bench.fault("ruler-cannot-reach-alertmanager") == 200);
  const auto sent = lines_of(bench, "cortex_prometheus_notifications_sent_total");
  bench.advance(std::chrono::minutes(2));
  CHECK(lines_of(bench, "cortex_prometheus_notifications_sent_total") == sent);
  CHECK_THAT(lines_of(bench, "cortex_prometheus_notifications_dropped_total"), Contains("} 60"));
  CHECK(bench.get("mimir", alerts_path).json().as_array().empty());
  CHECK(groups(bench)[0].at("rules").at(0).at("state").as_string() == "firing");
}

TEST_CASE("alertmanager-not-configured and alertmanager-down answer for the Alertmanager alone") {
  Bench bench;
  REQUIRE(bench.fault("alertmanager-not-configured") == 200);
  CHECK(bench.get("mimir", alerts_path).status == 404);
  CHECK(bench.get("mimir", alerts_path).body == "the Alertmanager is not configured\n");
  bench.clear();
  REQUIRE(bench.fault("alertmanager-down") == 200);
  CHECK(bench.get("mimir", "/alertmanager/api/v2/status").status == 502);
  CHECK(bench.get("mimir", rules_path).status == 200);
}

TEST_CASE("watchdog-alert-missing takes the alert from the Alertmanager while its rule fires and nothing is dropped") {
  Bench bench;
  REQUIRE(bench.fault("watchdog-alert-missing") == 200);
  bench.advance(std::chrono::minutes(2));
  CHECK(bench.get("mimir", alerts_path).json().as_array().empty());
  CHECK_THAT(lines_of(bench, "cortex_prometheus_notifications_dropped_total"), Contains("} 0"));
  CHECK(groups(bench)[0].at("rules").at(0).at("state").as_string() == "firing");
}

TEST_CASE("notification-failing counts every notification by webhook as failed") {
  Bench bench;
  CHECK_THAT(lines_of(bench, "cortex_alertmanager_notifications_failed_total"), Contains("} 0"));
  REQUIRE(bench.fault("notification-failing") == 200);
  CHECK_THAT(lines_of(bench, "cortex_alertmanager_notifications_failed_total"), Contains("} 12"));
  CHECK_THAT(lines_of(bench, "cortex_alertmanager_notifications_total"), Contains("} 12"));
}

TEST_CASE("silence-or-inhibition-left hides an alert by an active silence") {
  Bench bench;
  REQUIRE(bench.fault("silence-or-inhibition-left") == 200);
  const auto silence = bench.get("mimir", silences_path).json().at(0);
  const auto hidden = bench.get("mimir", alerts_path).json().at(1);
  CHECK(hidden.at("status").at("state").as_string() == "suppressed");
  CHECK(hidden.at("status").at("silencedBy").at(0) == silence.at("id"));
  CHECK(silence.at("status").at("state").as_string() == "active");
}

}  // namespace
