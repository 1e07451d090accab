#include "probes/grafana/dashboard.hpp"

#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include "daemon/base/json.hpp"
#include "probes/grafana/dashboard_variables.hpp"

namespace lgtmwatch {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Datasource datasource(const std::string& uid, const std::string& name, const std::string& type) {
  Datasource made;
  made.uid = uid;
  made.name = name;
  made.type = type;
  made.is_default = uid == "mimir";
  return made;
}

const Datasources known{datasource("loki", "Loki", "loki"), datasource("mimir", "Mimir", "prometheus")};

Dashboard read(const std::string& members) {
  return parse_dashboard(R"({"meta":{},"dashboard":{"uid":"shop","title":"Shop",)" + members + "}}", known).value();
}

// A panel with one query, and whatever else is said of it.
std::string panel(const std::string& id, const std::string& members, const std::string& expr = "up") {
  return R"({"id":)" + id + R"(,"type":"timeseries","title":"P)" + id + R"(","targets":[{"refId":"A","expr":")" + expr +
         R"("}])" + (members.empty() ? "" : "," + members) + "}";
}

std::string panels(const std::string& list) { return R"("panels":[)" + list + "]"; }

std::vector<std::string> ids_of(const Dashboard& dashboard) {
  std::vector<std::string> ids;
  for (const auto& each : dashboard.panels) ids.push_back(each.id);
  return ids;
}

std::string replaced(const std::string& text, const std::string& variables) {
  const auto parsed = parse_variables(parse_json(R"({"list":[)" + variables + "]}").value(), known);
  return Replacing{parsed}.replaced(text);
}

}  // namespace

TEST_CASE("Panels are found in rows, open and collapsed, and in the rows of old dashboards") {
  const auto row = R"({"id":9,"type":"row","collapsed":true,"panels":[)" + panel("2", "") + "]}";
  CHECK(ids_of(read(panels(panel("1", "") + "," + row))) == std::vector<std::string>{"shop/1", "shop/2"});
  CHECK(ids_of(read(R"("rows":[{)" + panels(panel("4", "")) + "}]")) == std::vector<std::string>{"shop/4"});
}

TEST_CASE("A panel carries the title of its dashboard, and its number where it has none") {
  CHECK(read(panels(panel("1", ""))).panels.front().title == "Shop / P1");
  CHECK(read(panels(R"({"id":7,"targets":[{"expr":"up"}]})")).panels.front().title == "Shop / panel 7");
}

TEST_CASE("What asks nothing is no panel: texts, lists, hidden queries") {
  const auto dashboard = read(panels(R"({"id":1,"type":"text","targets":[{}]},{"id":2,"type":"alertlist"},
      {"id":3,"type":"stat"},{"id":4,"type":"stat","targets":[]},
      {"id":5,"type":"stat","targets":[{"refId":"A","expr":"up","hide":true}]})"));
  CHECK(dashboard.panels.empty());
  CHECK(dashboard.left_out == 0);
}

TEST_CASE("A panel of a library is left out and counted, but where the dashboard holds its model") {
  const auto dashboard = read(panels(R"({"id":1,"libraryPanel":{"uid":"a"}},
      {"id":2,"libraryPanel":{"uid":"b","model":{"title":"Rate","targets":[{"refId":"A","expr":"up"}]}}})"));
  CHECK(ids_of(dashboard) == std::vector<std::string>{"shop/2"});
  CHECK(dashboard.panels.front().title == "Shop / Rate");
  CHECK(dashboard.left_out == 1);
}

TEST_CASE("A datasource is given as an object, by name, by a variable, or is the default one") {
  const auto uid = [](const std::string& given) {
    return read(
               R"("templating":{"list":[{"name":"DS","type":"datasource","query":"loki","current":{"value":"loki"}}]},)" +
               panels(panel("1", given)))
        .panels.front()
        .datasources.front()
        .uid;
  };
  CHECK(uid(R"("datasource":{"type":"loki","uid":"loki"})") == "loki");
  CHECK(uid(R"("datasource":"Loki")") == "loki");
  CHECK(uid(R"("datasource":{"type":"loki","uid":"${DS}"})") == "loki");
  CHECK(uid(R"("datasource":"$DS")") == "loki");
  CHECK(uid(R"("datasource":null)") == "mimir");
  CHECK(uid("") == "mimir");
  CHECK(uid(R"("datasource":{"type":"loki","uid":"gone"})") == "gone");
}

TEST_CASE("In a mixed panel each query has its own datasource") {
  const auto mixed = read(panels(R"({"id":1,"datasource":{"uid":"-- Mixed --"},"targets":[
      {"refId":"A","datasource":{"uid":"loki","type":"loki"},"expr":"{a=\"b\"}"},
      {"refId":"B","datasource":{"uid":"mimir","type":"prometheus"},"expr":"up"}]})"));
  REQUIRE(mixed.panels.size() == 1);
  REQUIRE(mixed.panels.front().queries.size() == 2);
  CHECK(mixed.panels.front().datasources.size() == 2);
  CHECK(mixed.panels.front().datasources[1].type == "prometheus");
  CHECK(boost::json::serialize(mixed.panels.front().queries[1].at("datasource")) ==
        R"({"uid":"mimir","type":"prometheus"})");
}

TEST_CASE("The hidden queries of an expression are asked with it, and are not what the panel shows") {
  const std::string queries = R"({"refId":"A","expr":"up","hide":true},{"refId":"B","expr":"up","hide":true},
      {"refId":"C","datasource":{"type":"__expr__","uid":"__expr__"},"type":"math","expression":"$A / $B"})";
  const auto sum = read(panels(R"({"id":1,"targets":[)" + queries + "]}")).panels.front();
  CHECK(sum.queries.size() == 3);
  CHECK(sum.hidden == std::vector<std::string>{"A", "B"});
  CHECK(sum.has_expression);
  REQUIRE(sum.datasources.size() == 1);
  CHECK(sum.datasources.front().uid == "mimir");
}

TEST_CASE("An expression over a query that cannot be asked is left out as a whole") {
  const auto dashboard = read(panels(R"({"id":1,"targets":[
      {"refId":"A","datasource":{"uid":"-- Grafana --"}},{"refId":"B","expr":"up"},
      {"refId":"C","datasource":"__expr__","type":"math","expression":"$A / $B"}]})"));
  CHECK(dashboard.panels.empty());
  CHECK(dashboard.left_out == 1);
}

TEST_CASE("What only a browser can ask is left out and counted") {
  const auto dashboard = read(panels(panel("1", R"("datasource":{"uid":"-- Grafana --"})") + "," +
                                     panel("2", R"("datasource":{"uid":"-- Dashboard --"})")));
  CHECK(dashboard.panels.empty());
  CHECK(dashboard.left_out == 2);
}

TEST_CASE("The range is the dashboard's own where it is relative, and never longer than six hours") {
  const auto range = [](const std::string& from) {
    return read(R"("time":{"from":")" + from + R"(","to":"now"})").range;
  };
  CHECK(range("now-15m") == minutes(15));
  CHECK(range("now-30s") == minutes(5));
  CHECK(range("now-3h") == hours(3));
  CHECK(range("now-7d") == hours(6));
  CHECK(range("now-999999h") == hours(6));
  CHECK(range("now/d") == hours(1));
  CHECK(range("2026-11-01T00:00:00Z") == hours(1));
  CHECK(read(panels("")).range == hours(1));
}

TEST_CASE("A panel may have a range of its own") {
  const auto dashboard = read(R"("time":{"from":"now-15m"},)" +
                              panels(panel("1", R"("timeFrom":"3h")") + "," + panel("2", R"("timeFrom":null)")));
  CHECK(dashboard.panels[0].range == hours(3));
  CHECK(dashboard.panels[1].range == minutes(15));
}

TEST_CASE("Variables are replaced in every way of writing them, by the value that was saved") {
  const std::string job = R"({"name":"job","type":"query","current":{"value":"shop"}})";
  CHECK(replaced("a{job=\"$job\"}", job) == "a{job=\"shop\"}");
  CHECK(replaced("${job} ${job:regex} [[job]] [[job:csv]]", job) == "shop shop shop shop");
  CHECK(replaced("rate(x[$__rate_interval]) $jobs $ $", job) == "rate(x[$__rate_interval]) $jobs $ $");
  CHECK(replaced("${job", job) == "${job");
}

TEST_CASE("All is the variable's own word for it, or everything; several values are alternatives") {
  CHECK(replaced("$a", R"({"name":"a","current":{"value":["$__all"]}})") == ".*");
  CHECK(replaced("$a", R"({"name":"a","allValue":"x|y","current":{"value":"$__all"}})") == "x|y");
  const std::string two = R"({"name":"a","current":{"value":["x","y"]}})";
  CHECK(replaced("$a", two) == "(x|y)");
  CHECK(replaced("${a:pipe}", two) == "x|y");
  CHECK(replaced("${a:csv}", two) == "x,y");
}

TEST_CASE("A variable without a saved value has its default") {
  CHECK(replaced("$a", R"({"name":"a","type":"interval","query":"5m,10m"})") == "5m");
  CHECK(replaced("$a", R"({"name":"a","type":"custom","query":"Short : 1m, Long : 1h"})") == "1m");
  CHECK(replaced("$a", R"({"name":"a","type":"constant","query":"x"})") == "x");
  CHECK(replaced("[$a]", R"({"name":"a","type":"textbox","query":""})") == "[]");
  CHECK(replaced("$a", R"({"name":"a","type":"datasource","query":"prometheus"})") == "mimir");
  CHECK(replaced("$a", R"({"name":"a","type":"datasource","query":"prometheus","current":{"value":"default"}})") ==
        "mimir");
}

TEST_CASE("A query variable without a saved value is a guess, and so is every panel with it") {
  const auto dashboard = read(R"("templating":{"list":[{"name":"job","type":"query","current":{}}]},)" +
                              panels(panel("1", "", "up{job=~\\\"$job\\\"}") + "," + panel("2", "")));
  CHECK(dashboard.panels[0].guessed);
  CHECK(dashboard.panels[0].queries.front().at("expr").as_string() == "up{job=~\".*\"}");
  CHECK_FALSE(dashboard.panels[1].guessed);
}

TEST_CASE("What a browser alone knows is a guess, what Grafana's server replaces is none") {
  const auto guessed = [](const std::string& expr) {
    return read(panels(panel("1", "", expr))).panels.front().guessed;
  };
  CHECK(guessed("x @ ${__from}"));
  CHECK(guessed("x{user=\\\"${__user.login}\\\"}"));
  CHECK_FALSE(guessed("rate(x[$__rate_interval]) + rate(x[$__range]) $from"));
}

TEST_CASE("An automatic interval is left to Grafana's server") {
  const std::string interval =
      R"({"name":"i","type":"interval","query":"1m","current":{"value":"$__auto_interval_i"}})";
  CHECK(replaced("rate(x[$i])", interval) == "rate(x[$__interval])");
}

TEST_CASE("A saved value that Grafana would look up anew has a wider question beside it") {
  const auto dashboard =
      read(R"("templating":{"list":[{"name":"pod","type":"query","refresh":1,"current":{"value":"shop-1"}},
          {"name":"job","type":"query","current":{"value":"shop"}}]},)" +
           panels(panel("1", "", "up{job=\\\"$job\\\",pod=\\\"$pod\\\",x!=\\\"$pod\\\"}") + "," +
                  panel("2", "", "up{job=\\\"$job\\\"}")));
  const auto& looked_up = dashboard.panels[0];
  CHECK(looked_up.queries.front().at("expr").as_string() == R"(up{job="shop",pod="shop-1",x!="shop-1"})");
  REQUIRE(looked_up.wider.size() == 1);
  CHECK(looked_up.wider.front().at("expr").as_string() == R"(up{job="shop",pod=~".*",x!=".*"})");
  CHECK(dashboard.panels[1].wider.empty());
}

TEST_CASE("The dashboards of a folder are found by its title or uid") {
  const std::string found = R"([{"uid":"a","title":"A","folderTitle":"Shop","folderUid":"f1"},
      {"uid":"b","title":"B"},{"uid":"c","folderTitle":"Other","folderUid":"f2"}])";
  CHECK(parse_dashboards_of_folder(found, "Shop").value() == std::vector<std::string>{"a"});
  CHECK(parse_dashboards_of_folder(found, "f2").value() == std::vector<std::string>{"c"});
  CHECK(parse_dashboards_of_folder(found, "General").value() == std::vector<std::string>{"b"});
  CHECK(parse_dashboards_of_folder(found, "None").value().empty());
  CHECK(parse_dashboards_of_folder(R"({"message":"no"})", "Shop").has_error());
}

TEST_CASE("Something else than a dashboard is an error, and rows within rows end somewhere") {
  CHECK(parse_dashboard("<html>", known).has_error());
  CHECK(parse_dashboard(R"({"message":"Dashboard not found"})", known).has_error());
  CHECK(parse_dashboard(R"({"dashboard":[]})", known).has_error());
  std::string nested = panel("1", "");
  for (int i = 0; i < 6; ++i) nested.insert(0, R"({"type":"row","panels":[)").append("]}");
  CHECK(read(panels(nested)).panels.empty());
}

}  // namespace lgtmwatch
