#include "daemon/serve/history_view.hpp"

#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include "daemon/serve/page.hpp"
#include "daemon/serve/report.hpp"
#include "tests/history/support.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

// What a daemon remembers of a shop.
struct Remembered {
  void look_after(Duration passed) {
    for (const auto end = shop.at + passed; shop.at < end;) {
      shop.at = std::min(end, shop.at + 1min);
      history.incidents.look(shop.snapshot());
      history.availability.look(shop.snapshot());
    }
  }
  void is(State state) {
    shop.verdict.state = state;
    shop.verdict.signals = {{Signal::logs, state}};
    shop.verdict.paths = {{"<shop>", Signal::logs, {{Stage::receive, state}}}};
  }
  std::string incidents() const { return incidents_html(history.incidents, "shop", shop.at); }
  std::string availability() const { return availability_html(history.availability, "shop"); }

  Shop shop;
  History history;
};

TEST_CASE("The page lists the incidents of a week, the open ones first, each with its cause and its length") {
  Remembered remembered;
  remembered.shop.begins(finding("old-data-missing"));
  remembered.look_after(1h);
  remembered.shop.begins(finding("backend-down"));
  remembered.look_after(1h);
  remembered.shop.verdict.findings.pop_back();
  remembered.look_after(1h);
  const auto html = remembered.incidents();
  CHECK_THAT(html, Contains("<h3>Incidents of the last 7 days</h3>"));
  CHECK_THAT(html, Contains("<a href=\"api/v1/report?incident=1\">2026-11-22T12:00:00Z</a>") &&
                       Contains("<a href=\"causes/old-data-missing\">old-data-missing</a>") &&
                       Contains("<td class=\"broken\">open for 3h</td>"));
  CHECK_THAT(html, Contains("<td class=\"over\">1h1m</td>"));
  CHECK(html.find("incident=1\"") < html.find("incident=2\""));
  CHECK(incidents_html(remembered.history.incidents, "bank", noon).empty());
  CHECK(incidents_html(remembered.history.incidents, "shop", remembered.shop.at + 24h * 8).find("=2\"") ==
        std::string::npos);
}

TEST_CASE("Twenty incidents are listed, and the others counted") {
  Remembered remembered;
  for (int i = 0; i < 23; ++i) remembered.shop.begins(finding("cause-" + std::to_string(i)));
  remembered.look_after(1min);
  CHECK_THAT(remembered.incidents(), Contains("<a href=\"api/v1/incidents?stack=shop\">3 more</a>"));
  CHECK_THAT(incidents_markdown(remembered.history.incidents, "shop", noon), Contains("\n3 more.\n"));
}

TEST_CASE("Every word of an incident and of a path is escaped") {
  Remembered remembered;
  remembered.is(State::broken);
  auto hostile = finding("<script>");
  remembered.shop.begins(hostile);
  remembered.look_after(1min);
  const auto html = remembered.incidents() + remembered.availability();
  CHECK(html.find("<script") == std::string::npos);
  CHECK_THAT(html, Contains("<td>&lt;shop&gt;, logs</td>"));
}

TEST_CASE("Availability is shown of the stack and its signals, and folded of its paths") {
  Remembered remembered;
  CHECK(remembered.availability().empty());
  remembered.is(State::healthy);
  remembered.look_after(12h);
  CHECK_THAT(remembered.availability(),
             Contains("<tr><td>whole stack</td><td>100 %<br><small>50 % known</small></td>") &&
                 Contains("<tr><td>logs</td>") && Contains("<details><summary>of each path</summary>"));
  CHECK_THAT(availability_markdown(remembered.history.availability, "shop"),
             Contains("| &lt;shop&gt;, logs | 100 % (50 % of the time known) | 100 % (7 % of the time known) |"));
}

TEST_CASE("The JSON has shares, what is known, and the seconds of each state") {
  Remembered remembered;
  remembered.is(State::healthy);
  remembered.look_after(6h);
  const auto text = boost::json::serialize(availability_json(remembered.history.availability, {"shop", "bank"}));
  CHECK_THAT(text,
             Contains(R"({"name":"shop","series":[{"signal":"","path":"","windows":[{"days":1,"available":1E0,)"));
  CHECK_THAT(text, Contains(R"("healthy_seconds":2.154E4)"));
  CHECK_THAT(text, Contains(R"({"name":"bank","series":[]})"));
}

TEST_CASE("Page and report hold the history where there is one") {
  Remembered remembered;
  remembered.is(State::broken);
  remembered.shop.begins(finding("backend-down"));
  remembered.look_after(1h);
  const auto snapshot = remembered.shop.snapshot();
  CHECK_THAT(status_page(snapshot, &remembered.history), Contains("<h3>Incidents of") && Contains("<h3>Availability"));
  CHECK_THAT(report_markdown(snapshot, &remembered.history),
             Contains("\n## Incidents of the last 7 days\n\n| number |") && Contains("\n## Availability\n"));
  CHECK(status_page(snapshot).find("Availability") == std::string::npos);
}

}  // namespace
