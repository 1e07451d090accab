#include <catch2/catch.hpp>

#include "probes/grafana/grafana_dashboard.hpp"
#include "tests/probes/recorded.hpp"
#include "tests/probes/response.hpp"
#include "tests/support/fake_grpc_client.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

namespace lgtmwatch {
namespace {

Panel panel_of(const std::string& type) {
  Panel panel;
  panel.id = "shop/1";
  panel.range = std::chrono::hours(1);
  panel.datasources = {{type, type, true}};
  panel.queries.push_back(boost::json::object{{"refId", "A"}, {"expr", "up"}});
  return panel;
}

Panel tempo_panel(boost::json::object query) {
  auto panel = panel_of("tempo");
  query["datasource"] = boost::json::object{{"uid", "tempo"}, {"type", "tempo"}};
  panel.queries = {std::move(query)};
  return panel;
}

std::vector<HttpRequest> questions(const Panel& panel) {
  std::vector<HttpRequest> requests;
  for (auto& question : panel_questions(panel, panel.queries, wall_from_unix_seconds(1795352139)))
    requests.push_back(std::move(question.request));
  return requests;
}

PanelJudgement judge(const HttpResponse& response, const Panel& panel) { return judge_panel(response, panel, false); }

std::string traceql(boost::json::object query) {
  const auto asked = questions(tempo_panel(std::move(query)));
  REQUIRE(asked.size() == 1);
  const auto begin = asked.front().target.find("?q=") + 3;
  return asked.front().target.substr(begin, asked.front().target.find('&') - begin);
}

// The answers of POST /api/ds/query as they were recorded, in their order.
PanelJudgement judge_recorded(std::size_t number) {
  const Recording recording("grafana-datasources", "a");
  for (const auto& answer : recording.answers())
    if (answer.key == "POST /api/ds/query" && number-- == 0) return judge(response_of(answer), panel_of("prometheus"));
  throw std::logic_error("not recorded");
}

const std::string data = R"({"results":{"A":{"frames":[{"data":{"values":[[1795349797261],[4]]}}]}}})";
const std::string none = R"({"results":{"A":{"status":200,"frames":[]}}})";

constexpr const char* two_panels = R"({"dashboard":{"uid":"shop","title":"Shop","panels":[
    {"id":1,"title":"Rate","datasource":{"uid":"mimir","type":"prometheus"},"targets":[{"refId":"A","expr":"up"}]},
    {"id":2,"title":"Logs","datasource":{"uid":"loki","type":"loki"},"targets":[{"refId":"A","expr":"{a=\"b\"}"}]}]}})";

struct Bench {
  Bench() {
    http.answer("GET", "/api/datasources", 200, "[]");
    http.answer("GET", "/api/dashboards/uid/shop", 200, two_panels);
    http.answer("POST", "/api/ds/query", 200, data);
  }
  RunRecord run(const std::string& dashboard) {
    StackPlan stack;
    stack.name = "shop";
    stack.grafana = GrafanaPlan(Endpoint(Url::parse("http://grafana:3000").value()));
    stack.grafana->interval = stack.grafana->timeout = std::chrono::seconds(15);
    stack.grafana->dashboards = {dashboard};
    const auto probes = make_grafana_dashboards(stack);
    return test::run_to_end(io, run_probe(*probes.front(), Clients{http, grpc}, clock));
  }
  DashboardPanels panels(const std::string& dashboard) {
    return std::get<DashboardPanels>(run(dashboard).found.value());
  }

  boost::asio::io_context io{1};
  test::ManualClock clock;
  test::FakeHttpClient http;
  test::FakeGrpcClient grpc;
};

}  // namespace

TEST_CASE("What Grafana was recorded to answer tells data, nothing and errors apart") {
  CHECK(judge_recorded(0).state == PanelState::data);
  CHECK(judge_recorded(1).state == PanelState::empty);  // a broken PromQL: the recorded version says no more
  CHECK(judge_recorded(2).state == PanelState::data);
  CHECK(judge_recorded(3).what ==
        "parse error at line 1, col 2: syntax error: unexpected $end, expecting IDENTIFIER or }");
  CHECK(judge_recorded(4).state == PanelState::error);
  CHECK(judge_recorded(5).what == "Grafana answers 500: An error occurred within the plugin");
  CHECK(judge_recorded(6).state == PanelState::error);
  CHECK_FALSE(judge_recorded(6).unknown_datasource);
  CHECK(judge_recorded(7).unknown_datasource);
}

TEST_CASE("A whole request that failed is never the same as no data") {
  struct Case {
    int status;
    std::string body;
    PanelState expected;
  };
  for (const auto& each : std::vector<Case>{{400, R"({"message":"bad request data"})", PanelState::error},
                                            {200, R"({"message":"?"})", PanelState::unknown},
                                            {200, R"({"results":{}})", PanelState::unknown},
                                            {429, R"({"message":"too many"})", PanelState::unknown},
                                            {503, R"({"message":"starting"})", PanelState::unknown},
                                            {502, "", PanelState::unknown},
                                            {500, "<html>", PanelState::unknown}}) {
    INFO(each.status << " " << each.body);
    CHECK(judge(response(each.status, each.body), panel_of("prometheus")).state == each.expected);
  }
}

TEST_CASE("A datasource that Grafana's server cannot ask is told from one that fails") {
  const auto judged = judge(response(503, R"({"message":"Plugin unavailable"})"), panel_of("alertmanager"));
  CHECK(judged.only_for_browsers);
  CHECK(judged.state == PanelState::unknown);
}

TEST_CASE("Nothing for a guessed variable proves nothing") {
  auto panel = panel_of("prometheus");
  panel.guessed = true;
  CHECK(judge(response(200, none), panel).state == PanelState::unknown);
  CHECK(judge(response(200, data), panel).state == PanelState::data);
}

TEST_CASE("One query of a panel that fails is an error, one that has data is enough where none fails") {
  const std::string one = R"("A":{"frames":[{"data":{"values":[[1],[2]]}}]})";
  const auto state = [&](const std::string& other) {
    return judge(response(200, R"({"results":{)" + one + "," + other + "}}"), panel_of("prometheus")).state;
  };
  CHECK(state(R"("B":{"frames":[]})") == PanelState::data);
  CHECK(state(R"("B":{"error":"no","status":400})") == PanelState::error);
  CHECK(state(R"("B":{"error":"too many outstanding requests","status":429})") == PanelState::unknown);
}

TEST_CASE("Queries that only an expression reads are not what the panel shows, but their errors are its own") {
  auto panel = panel_of("prometheus");
  panel.hidden = {"A"};
  const std::string hidden = R"("A":{"frames":[{"data":{"values":[[1],[2]]}}]})";
  CHECK(judge(response(200, R"({"results":{)" + hidden + R"(,"B":{"frames":[]}}})"), panel).state == PanelState::empty);
  CHECK(judge(response(400, R"({"results":{"A":{"error":"no"},"B":{"frames":[]}}})"), panel).state ==
        PanelState::error);
}

TEST_CASE("The newest time of a panel's data is known where it has one") {
  CHECK(judge_recorded(0).newest == wall_from_unix_seconds(1795349797.261));
  CHECK(judge_recorded(2).newest == wall_from_unix_seconds(1795349796.005));
  CHECK_FALSE(judge(response(200, data), panel_of("prometheus")).newest);
}

TEST_CASE("A guess that fails proves nothing either") {
  auto panel = panel_of("prometheus");
  panel.guessed = true;
  CHECK(judge(response(400, R"({"results":{"A":{"error":"parse error"}}})"), panel).state == PanelState::unknown);
}

TEST_CASE("Of a mixed panel the searches of Tempo go through the proxy, the rest in one request, an expression's too") {
  auto panel = tempo_panel({{"refId", "A"}, {"queryType", "traceql"}, {"query", "{}"}});
  panel.queries.push_back(panel_of("prometheus").queries.front());
  const auto asked = questions(panel);
  REQUIRE(asked.size() == 2);
  CHECK(asked[0].target.starts_with("/api/datasources/proxy/uid/tempo/api/search?"));
  CHECK(asked[1].body.find("traceql") == std::string::npos);
  panel.has_expression = true;
  REQUIRE(questions(panel).size() == 1);
  CHECK(questions(panel).front().body.find("traceql") != std::string::npos);
}

TEST_CASE("The queries of a panel go out in one request, over the dashboard's range") {
  const auto asked = questions(panel_of("prometheus"));
  REQUIRE(asked.size() == 1);
  CHECK(asked.front().target == "/api/ds/query");
  CHECK(
      asked.front().body ==
      R"({"from":"now-3600s","to":"now","queries":[{"refId":"A","expr":"up","maxDataPoints":100,"intervalMs":36000}]})");
}

TEST_CASE("Searches of Tempo go through the proxy; its other queries are not asked") {
  CHECK(traceql({{"queryType", "traceql"}, {"query", "{a=1}"}}) == "%7Ba%3D1%7D");
  CHECK(traceql({{"queryType", "traceqlSearch"}}) == "%7B%7D");
  using Array = boost::json::array;
  const auto filter = [](const char* tag, const char* scope, boost::json::value value) {
    return boost::json::object{{"tag", tag}, {"scope", scope}, {"operator", "="}, {"value", std::move(value)}};
  };
  CHECK(traceql({{"queryType", "traceqlSearch"}, {"filters", Array{filter("service.name", "resource", "shop")}}}) ==
        "%7Bresource.service.name%3D%22shop%22%7D");
  CHECK(traceql({{"queryType", "traceqlSearch"},
                 {"filters", Array{filter("a", "span", Array{"x", "y"}), filter("empty", "span", "")}}}) ==
        "%7Bspan.a%3D~%22x%7Cy%22%7D");
  CHECK(questions(tempo_panel({{"queryType", "serviceMap"}})).empty());
  CHECK(questions(tempo_panel({{"queryType", "traceql"}, {"query", "0af7651916cd43dd"}})).empty());
}

TEST_CASE("A search of Tempo is judged by its traces") {
  const auto state = [](int status, const std::string& body) {
    return judge_panel(response(status, body), panel_of("tempo"), true).state;
  };
  CHECK(state(200, R"({"traces":[{"traceID":"1","startTimeUnixNano":"1795349797000000000"}]})") == PanelState::data);
  CHECK(state(200, R"({"traces":[]})") == PanelState::empty);
  CHECK(state(400, "invalid TraceQL query") == PanelState::error);
  CHECK(state(502, "") == PanelState::unknown);
}

TEST_CASE("Every panel of a dashboard is asked, and the evidence is that of the panels without data") {
  Bench bench;
  const auto all = bench.panels("shop");
  REQUIRE(all.panels.size() == 2);
  CHECK(all.panels[0].title == "Shop / Rate");
  CHECK(all.panels[1].state == PanelState::data);
  bench.http.answer("POST", "/api/ds/query", 200, none);
  const auto run = bench.run("shop");
  const auto& empty = std::get<DashboardPanels>(*run.found).panels;
  CHECK(empty[1].state == PanelState::empty);
  REQUIRE(empty[1].asked_end - empty[1].asked_first == 1);
  CHECK(run.exchanges.at(empty[1].asked_first)
            .curl.find(R"(-d '{"from":"now-3600s","to":"now","queries":[{"refId":"A")") != std::string::npos);
}

TEST_CASE("An unknown dashboard and an empty folder are facts, a server without dashboards is an error") {
  Bench bench;
  bench.http.answer("GET", "/api/dashboards/uid/gone", 404, R"({"message":"Dashboard not found"})");
  bench.http.answer("GET", "/api/search?type=dash-db", 200, R"([{"uid":"shop","folderTitle":"Shop"}])");
  CHECK(bench.panels("gone").missing);
  CHECK(bench.panels("folder:Other").missing);
  CHECK(bench.panels("folder:Shop").panels.size() == 2);
  bench.http.answer("GET", "/api/dashboards/uid/gone", 404, "404 page not found");
  CHECK(bench.run("gone").failure->reason == Reason::not_found);
}

TEST_CASE("A rejected token is an error of the run, and a panel that hangs is unknown") {
  Bench bench;
  bench.http.answer("POST", "/api/ds/query", 403, R"({"message":"You'll need additional permissions"})");
  CHECK(bench.run("shop").failure->reason == Reason::auth);
  bench.http.fail("POST", "/api/ds/query", Error(Phase::first_byte, Reason::timeout, "no answer within 15s"));
  const auto hung = bench.panels("shop");
  REQUIRE(hung.panels.size() == 2);
  CHECK(hung.panels[0].state == PanelState::unknown);
  CHECK(hung.panels[0].what == "no answer within 15s");
  CHECK(bench.http.asked.back().deadline.at() - bench.clock.now() == std::chrono::seconds(15));
}

TEST_CASE("A panel that is empty for a value which is gone is asked again with every value") {
  Bench bench;
  bench.http.answer("GET", "/api/dashboards/uid/shop", 200, R"({"dashboard":{"uid":"shop","title":"Shop",
      "templating":{"list":[{"name":"pod","type":"query","refresh":1,"current":{"value":"shop-1"}}]},
      "panels":[{"id":1,"datasource":{"uid":"m","type":"prometheus"},"targets":[{"expr":"up{pod=\"$pod\"}"}]}]}})");
  bench.http.answer("POST", "/api/ds/query", 200, none);
  CHECK(bench.panels("shop").panels.front().state == PanelState::empty);
  bool narrow = false;
  bench.http.rules.back().answer = [&]() -> Result<HttpResponse> {
    narrow = !narrow;
    return response(200, narrow ? none : data);
  };
  const auto gone = bench.panels("shop").panels.front();
  CHECK(gone.state == PanelState::unknown);
  CHECK(gone.what == "it is empty for the saved values of its variables, but others have data");
}

TEST_CASE("Dashboards and panels are bounded, and what is not asked is counted") {
  Bench bench;
  std::string list;
  for (int i = 0; i < 25; ++i) list += std::string(i ? "," : "") + R"({"uid":"shop","folderTitle":"Shop"})";
  bench.http.answer("GET", "/api/search?type=dash-db", 200, "[" + list + "]");
  const auto folder = bench.panels("folder:Shop");
  CHECK(folder.panels.size() == 40);
  CHECK(folder.not_asked == 5);
  std::string many;
  for (int i = 0; i < 120; ++i) many += std::string(i ? "," : "") + R"({"id":1,"targets":[{"expr":"up"}]})";
  bench.http.answer("GET", "/api/datasources", 200, R"([{"uid":"m","type":"prometheus","isDefault":true}])");
  bench.http.answer("GET", "/api/dashboards/uid/shop", 200,
                    R"({"dashboard":{"uid":"shop","title":"Shop","panels":[)" + many + "]}}");
  const auto large = bench.panels("shop");
  CHECK(large.panels.size() == 100);
  CHECK(large.not_asked == 20);
}

}  // namespace lgtmwatch
