// What init takes from the list of datasources that a real Grafana gave.
#include <catch2/catch.hpp>

#include "tests/init/recorded_answers.hpp"

namespace lgtmwatch {
namespace {

std::vector<std::string> uids(Component backend) {
  std::vector<std::string> all;
  for (const auto& each : datasources_of(recorded_datasources(), backend)) all.push_back(each.uid);
  return all;
}

}  // namespace

TEST_CASE("The recorded datasources of each backend are told by their type") {
  CHECK(uids(Component::loki) == std::vector<std::string>{"loki", "loki-wrong"});
  CHECK(uids(Component::tempo) == std::vector<std::string>{"tempo", "tempo-wrong"});
  CHECK(uids(Component::mimir) == std::vector<std::string>{"mimir", "mimir-wrong"});
}

TEST_CASE("The datasource of a Mimir leads to the Mimir itself") {
  const auto mimir = backend_behind(datasources_of(recorded_datasources(), Component::mimir).front(), Component::mimir);
  CHECK(mimir.url == "http://127.0.0.1:9009");
  CHECK(mimir.kind == MimirKind::mimir);
  CHECK(mimir.uid == "mimir");
}

TEST_CASE("A datasource without Mimir's prefix reads a Prometheus") {
  ListedDatasource prometheus;
  prometheus.url = "http://prometheus:9090/";
  const auto found = backend_behind(prometheus, Component::mimir);
  CHECK(found.kind == MimirKind::prometheus);
  CHECK(found.url == "http://prometheus:9090");
}

TEST_CASE("What Grafana shows a Viewer has no addresses") {
  const auto listed = parse_listed_datasources(recorded_body("grafana-datasources", "/api/frontend/settings")).value();
  const auto loki = datasources_of(listed, Component::loki);
  REQUIRE_FALSE(loki.empty());
  CHECK(loki.front().uid == "loki");
  CHECK(loki.front().url.empty());
}

TEST_CASE("A tenant that Grafana sends is known, but not its name") {
  const auto listed = parse_listed_datasources(
      R"([{"uid":"loki","type":"loki","url":"http://loki:3100","jsonData":{"httpHeaderName1":"x-scope-orgid"}}])");
  CHECK(listed.value().front().sends_tenant);
}

TEST_CASE("Credentials of a datasource are not taken along, but it is said that it has some") {
  const auto listed = parse_listed_datasources(
      R"([{"uid":"a","type":"loki","url":"http://me:secret@loki:3100"},)"
      R"({"uid":"b","type":"loki","url":"http://loki:3100","basicAuth":true,"basicAuthUser":"reader"}])");
  const auto in_address = backend_behind(listed.value()[0], Component::loki);
  CHECK(in_address.url == "http://loki:3100");
  CHECK(in_address.notes.size() == 1);
  const auto by_user = backend_behind(listed.value()[1], Component::loki);
  CHECK(by_user.notes.at(0).find("username: reader") != std::string::npos);
}

TEST_CASE("An answer that is no list of datasources is an error") {
  CHECK(parse_listed_datasources("<html>").has_error());
  CHECK(parse_listed_datasources(R"({"message":"Unauthorized"})").has_error());
}

TEST_CASE("A loopback address of Grafana's own host is seen from outside by the name of that host") {
  CHECK(seen_from_outside("http://localhost:3100/x", "grafana") == "http://grafana:3100/x");
  CHECK_FALSE(seen_from_outside("http://localhost:3100", "127.0.0.1"));
  CHECK_FALSE(seen_from_outside("http://loki:3100", "grafana"));
}

}  // namespace lgtmwatch
