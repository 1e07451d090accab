#include "daemon/serve/incident_api.hpp"

#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include "daemon/serve/history_routes.hpp"
#include "tests/history/support.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

// Three incidents: one of the shop that is closed, one of the bank, and one of the shop that is open.
struct Web {
  Web() {
    Shop shop;
    shop.begins(finding("backend-down"));
    history.incidents.look(shop.snapshot());
    shop.at += 1h;
    shop.ends();
    history.incidents.look(shop.snapshot());
    auto snapshot = shop.snapshot();
    Shop bank;
    bank.plan->name = "bank";
    bank.at = shop.at;
    bank.begins(finding("backend-hung"));
    snapshot.stacks.push_back(bank.snapshot().stacks[0]);
    history.incidents.look(snapshot);
    shop.at += 1h;
    shop.begins(finding("loki-without-labels"));
    snapshot.stacks[0] = shop.snapshot().stacks[0];
    history.incidents.look(snapshot);
  }

  ServerResponse ask(const std::string& target) const {
    ServerRequest request;
    request.method = "GET";
    request.target = target;
    Snapshot snapshot;
    snapshot.at = noon + 3h;
    return answer_about_history(history, snapshot, Catalogue(cause_pages()), request)
        .value_or(ServerResponse(0, "", ""));
  }

  // The numbers of those that are listed.
  std::string listed(const std::string& query) const {
    const auto answer = ask("/api/v1/incidents" + query);
    std::string ids = answer.status == 200 ? "" : std::to_string(answer.status);
    for (auto at = answer.body.find("\"id\":"); at != std::string::npos; at = answer.body.find("\"id\":", at + 1))
      ids += answer.body[at + 5];
    return ids;
  }

  History history;
};

TEST_CASE("Incidents are listed the latest first, as the filters say") {
  const Web web;
  const auto [query, ids] = GENERATE(table<std::string, std::string>({{"", "321"},
                                                                      {"?stack=shop", "31"},
                                                                      {"?stack=none", ""},
                                                                      {"?open=true", "32"},
                                                                      {"?open=false", "1"},
                                                                      {"?since=2026-11-22T13:00:00Z", "321"},
                                                                      {"?since=2026-11-22T13:00:01Z", "32"},
                                                                      {"?since=30m", "32"},
                                                                      {"?limit=1", "3"},
                                                                      {"?stack=shop&open=false&limit=1000", "1"},
                                                                      {"?limit=0", "400"},
                                                                      {"?limit=1001", "400"},
                                                                      {"?limit=x", "400"},
                                                                      {"?since=yesterday", "400"},
                                                                      {"?open=yes", "400"}}));
  CAPTURE(query);
  CHECK(web.listed(query) == ids);
}

TEST_CASE("A wrong filter is answered with what may stand there") {
  CHECK(Web().ask("/api/v1/incidents?since=soon").body ==
        "since: 'soon' is not allowed; write a time as 2026-11-22T12:55:39Z, or how long ago, as 36h\n");
}

TEST_CASE("The list says what the incident is, and how many are left out") {
  CHECK_THAT(Web().ask("/api/v1/incidents?open=false").body,
             Contains(R"({"id":1,"stack":"shop","open":false,"opened":"2026-11-22T12:00:00Z",)"
                      R"("closed":"2026-11-22T13:00:00Z","seconds":3600,"cause":"backend-down","subject":"loki",)"
                      R"("stage":"ingest","signals":["logs"],"path":"shop@docker","severity":"critical",)"
                      R"("state":"broken","summary":"backend-down happens"})"));
  CHECK_THAT(Web().ask("/api/v1/incidents?limit=1").body, Contains(R"("left_out":2)"));
}

TEST_CASE("One incident is shown with its events and its evidence of then and of now") {
  const auto answer = Web().ask("/api/v1/incidents/3");
  CHECK(answer.status == 200);
  CHECK_THAT(answer.body, Contains(R"("closed":null,"seconds":3600)"));
  CHECK_THAT(answer.body, Contains(R"("events":[{"at":"2026-11-22T14:00:00Z","what":"opened, critical: loki-without)"));
  CHECK_THAT(answer.body, Contains(R"("first":{"id":)") && Contains(R"("last":{"id":)"));
}

TEST_CASE("What is no number of an incident is 404 with the way to the list") {
  const auto* target = GENERATE("/api/v1/incidents/9", "/api/v1/incidents/", "/api/v1/incidents/x",
                                "/api/v1/incidents/1x", "/api/v1/incidents/-1", "/api/v1/report?incident=9");
  CAPTURE(target);
  const auto answer = Web().ask(target);
  CHECK(answer.status == 404);
  CHECK_THAT(answer.body, Contains("GET /api/v1/incidents lists them"));
}

TEST_CASE("Other paths are not answered") {
  const auto* target = GENERATE("/", "/api/v1/incidentsx", "/api/v1/report", "/api/v1/report?stack=shop");
  CHECK(Web().ask(target).status == 0);
}

}  // namespace
