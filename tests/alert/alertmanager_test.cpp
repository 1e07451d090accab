#include "daemon/alert/alertmanager.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "tests/alert/night.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using test::evening;

Alerts one_alert(Finding finding = test::finding("backend-down")) {
  finding.since = evening;
  Alerts alerts;
  alerts.emplace(AlertKey{"home", finding.cause, finding.subject}, Alert{"home", finding, 0, evening, false});
  return alerts;
}

json::array posted(AlertmanagerDesk& desk, const Alerts& alerts, WallTime now) {
  json::array all;
  for (const auto& body : desk.due(alerts, now)) {
    const auto batch = json::parse(body);
    all.insert(all.end(), batch.as_array().begin(), batch.as_array().end());
  }
  return all;
}

WallTime end_of(const json::value& alert) { return parse_rfc3339(std::string(alert.at("endsAt").as_string())).value(); }

}  // namespace

TEST_CASE("An Alertmanager gets the labels of the metric, what to do, and an end four minutes ahead") {
  AlertmanagerDesk desk("http://watch:9797");
  const auto all = posted(desk, one_alert(), evening + 20s);
  REQUIRE(all.size() == 1);
  CHECK(all.at(0).at("labels") == json::parse(R"({"alertname":"LgtmwatchFinding","cause":"backend-down",
    "severity":"critical","signal":"logs","stack":"home","stage":"ingest","subject":"loki"})"));
  CHECK(all.at(0).at("startsAt") == "2026-11-22T12:55:39Z");
  CHECK(all.at(0).at("endsAt") == "2026-11-22T12:59:59Z");
  CHECK(all.at(0).at("annotations").at("summary") == "home: backend-down happens");
  CHECK(all.at(0).at("annotations").at("description") == "backend-down happens\ndo: mend it\n");
  CHECK(all.at(0).at("annotations").at("runbook_url") == "http://watch:9797/causes/backend-down");
}

TEST_CASE("An alert is posted again every minute, and once more when it is over") {
  AlertmanagerDesk desk("");
  const auto alerts = one_alert();
  CHECK(posted(desk, alerts, evening).size() == 1);
  desk.delivered(evening);
  CHECK(posted(desk, alerts, evening + 59s).empty());
  CHECK(posted(desk, alerts, evening + 60s).size() == 1);
  desk.delivered(evening + 60s);
  const auto over = posted(desk, {}, evening + 61s);
  REQUIRE(over.size() == 1);
  CHECK(end_of(over.at(0)) == evening + 61s);
  desk.delivered(evening + 61s);
  CHECK(posted(desk, {}, evening + 10min).empty());
}

TEST_CASE("What could not be posted is due at once, and what was never posted has no end to tell") {
  AlertmanagerDesk desk("");
  CHECK(posted(desk, one_alert(), evening).size() == 1);
  CHECK(posted(desk, one_alert(), evening + 5s).size() == 1);
  CHECK(posted(desk, {}, evening + 6s).empty());
}

TEST_CASE("A finding that comes to concern another signal ends the alert of the old labels") {
  AlertmanagerDesk desk("");
  posted(desk, one_alert(), evening);
  desk.delivered(evening);
  const auto both =
      posted(desk, one_alert(test::finding("backend-down", Severity::critical, {Signal::traces})), evening + 5s);
  REQUIRE(both.size() == 2);
  CHECK(both.at(0).at("labels").at("signal") == "traces");
  CHECK(both.at(1).at("labels").at("signal") == "logs");
  CHECK(end_of(both.at(1)) == evening + 5s);
}

TEST_CASE("Many alerts are posted in batches of a hundred") {
  AlertmanagerDesk desk("");
  Alerts alerts;
  for (int i = 0; i < 250; ++i) {
    const auto stack = "stack-" + std::to_string(i);
    alerts.emplace(AlertKey{stack, "backend-down", "loki"},
                   Alert{stack, test::finding("backend-down"), 0, evening, false});
  }
  const auto bodies = desk.due(alerts, evening);
  REQUIRE(bodies.size() == 3);
  CHECK(json::parse(bodies[2]).as_array().size() == 50);
}

}  // namespace lgtmwatch
