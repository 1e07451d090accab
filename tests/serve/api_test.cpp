#include "daemon/serve/api.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include "tests/serve/support.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
namespace json = boost::json;

std::vector<std::string> missing_keys(const json::value& value, std::initializer_list<const char*> keys) {
  std::vector<std::string> missing;
  for (const auto* key : keys)
    if (!value.is_object() || !value.as_object().contains(key)) missing.emplace_back(key);
  return missing;
}

const std::vector<std::string> nothing;

OneStack incident_stack() {
  OneStack stack;
  auto& verdict = stack.verdict;
  verdict.state = State::broken;
  verdict.signals = {
      {Signal::metrics, State::healthy}, {Signal::logs, State::broken}, {Signal::traces, State::unknown}};
  ComponentStatus loki;
  loki.name = "loki";
  loki.address = "loki:3100";
  loki.up = true;
  verdict.components = {loki};
  SourceStatus source;
  source.source = "backend";
  source.signal = Signal::logs;
  source.receiver = "docker";
  source.state = State::broken;
  verdict.sources = {source};
  verdict.receivers = {{"mobile", Signal::traces, State::healthy}};
  verdict.paths = {{"backend@docker", Signal::logs, {{Stage::receive, State::broken}}}};
  verdict.criteria = {{"loki answers", State::healthy}, {"logs are fresh", State::broken}};
  verdict.findings = {incident()};
  return stack;
}

TEST_CASE("The status has every key of the contract") {
  const auto status = status_json(incident_stack().snapshot());
  const auto& stack = status.at("stacks").at(0);
  CHECK(missing_keys(stack, {"name", "state", "score", "signals", "components", "sources", "canaries", "paths",
                             "findings"}) == nothing);
  CHECK(missing_keys(stack.at("score"), {"met", "total"}) == nothing);
  CHECK(missing_keys(stack.at("signals"), {"metrics", "logs", "traces"}) == nothing);
  CHECK(missing_keys(stack.at("components").at(0), {"component", "address", "up", "ready", "version"}) == nothing);
  CHECK(missing_keys(stack.at("sources").at(0), {"source", "signal", "receiver", "fresh", "last_seen"}) == nothing);
  CHECK(missing_keys(stack.at("paths").at(0), {"path", "signal", "stages"}) == nothing);
  CHECK(missing_keys(stack.at("paths").at(0).at("stages").at(0), {"stage", "state"}) == nothing);
  CHECK(missing_keys(stack.at("findings").at(0),
                     {"id", "cause", "subject", "stage", "signal", "path", "severity", "since", "summary", "evidence",
                      "remedy", "alternatives", "consequences"}) == nothing);
  CHECK(stack.at("canaries").is_array());
}

TEST_CASE("The status says what the verdict says") {
  const auto status = status_json(incident_stack().snapshot());
  const auto& stack = status.at("stacks").at(0);
  CHECK(status.at("at") == "2026-11-22T12:00:00Z");
  CHECK(stack.at("name") == "shop");
  CHECK(stack.at("state") == "broken");
  CHECK(json::serialize(stack.at("score")) == R"({"met":1,"total":2})");
  CHECK(stack.at("signals").at("logs") == "broken");
  CHECK(stack.at("components").at(0).at("up") == true);
  CHECK(stack.at("components").at(0).at("ready").is_null());
  CHECK(stack.at("sources").at(0).at("fresh") == false);
  CHECK(stack.at("sources").at(0).at("last_seen").is_null());
  CHECK(stack.at("receivers").at(0).at("state") == "healthy");
  CHECK(stack.at("criteria").at(1).at("criterion") == "logs are fresh");
}

TEST_CASE("A finding is shown whole, with an empty signal where it concerns several") {
  auto stack = incident_stack();
  auto wide = incident();
  wide.signals = {Signal::logs, Signal::traces};
  stack.verdict.findings.push_back(wide);
  const auto findings = findings_json(stack.snapshot()).at("findings").as_array();
  REQUIRE(findings.size() == 2);
  const auto& one = findings[0];
  CHECK(one.at("stack") == "shop");
  CHECK(one.at("id") == "scraper-tails-nothing/docker/logs/scanium-backend@docker");
  CHECK(one.at("stage") == "receive");
  CHECK(one.at("signal") == "logs");
  CHECK(one.at("severity") == "critical");
  CHECK(one.at("since") == "2026-11-22T12:00:00Z");
  CHECK(one.at("remedy").at(0) == "mount the socket");
  CHECK(findings[1].at("signal") == "");
  CHECK(json::serialize(findings[1].at("signals")) == R"(["logs","traces"])");
}

TEST_CASE(
    "The windows of maintenance that hold are listed with the stack, and where there are none the list is empty") {
  auto stack = incident_stack();
  const auto listed = [&] {
    return json::serialize(status_json(stack.snapshot()).at("stacks").at(0).at("maintenance"));
  };
  CHECK(listed() == "[]");
  stack.set_maintenance({{{Signal::logs, Signal::traces}, noon - 1h, noon + 1h, true},
                         {{Signal::logs}, noon + 1h, noon + 2h, true},
                         {{Signal::metrics}, noon, noon + 1h, false}});
  CHECK(
      listed() ==
      R"([{"signals":["logs","traces"],"start":"2026-11-22T11:00:00Z","end":"2026-11-22T13:00:00Z","canaries":"pause"},)"
      R"({"signals":["metrics"],"start":"2026-11-22T12:00:00Z","end":"2026-11-22T13:00:00Z","canaries":"write"}])");
}

TEST_CASE("A source that was seen has the time of its newest record") {
  auto stack = incident_stack();
  stack.verdict.sources[0].last_seen = noon;
  stack.verdict.sources[0].state = State::healthy;
  const auto source = status_json(stack.snapshot()).at("stacks").at(0).at("sources").at(0);
  CHECK(source.at("last_seen") == "2026-11-22T12:00:00Z");
  CHECK(source.at("fresh") == true);
}

TEST_CASE("The probes are listed with what is known of them") {
  OneStack stack;
  stack.add_probe("loki_labels", "loki:3100", Observation(LokiLabels{1}));
  stack.add_probe("loki_ready", "loki:3100", refused());
  stack.add_probe("loki_newest", "backend/logs", std::nullopt);
  CHECK(json::serialize(probes_json(stack.snapshot())) ==
        R"({"probes":[{"id":"shop/loki_labels/loki:3100","good":true},)"
        R"({"id":"shop/loki_ready/loki:3100","good":false},{"id":"shop/loki_newest/backend/logs","good":null}]})");
}

TEST_CASE("A probe shows its last run with every exchange as evidence") {
  OneStack stack;
  RunRecord run(refused());
  run.at = noon;
  run.took = 250ms;
  Exchange exchange;
  exchange.at = noon;
  exchange.curl = "curl 'http://loki:3100/ready'";
  exchange.error = "refused";
  exchange.took = 2ms;
  exchange.phases[static_cast<std::size_t>(Phase::connect)] = 1500us;
  run.exchanges = {exchange};
  stack.add_probe("loki_ready", "loki:3100", std::nullopt);
  stack.facts.probes[0].last = std::make_shared<RunRecord>(std::move(run));
  const auto probe = probe_json(stack.snapshot(), "shop/loki_ready/loki:3100");
  REQUIRE(probe.has_value());
  CHECK(probe->at("address") == "loki:3100");
  CHECK(probe->at("settled").is_null());
  const auto& last = probe->at("last");
  CHECK(last.at("good") == false);
  CHECK(last.at("seconds") == 0.25);
  CHECK(last.at("error").at("reason") == "refused");
  CHECK(last.at("error").at("phase") == "connect");
  const auto& shown = last.at("exchanges").at(0);
  CHECK(shown.at("curl") == "curl 'http://loki:3100/ready'");
  CHECK(json::serialize(shown.at("phases")) == R"({"connect":1.5E-3})");
}

TEST_CASE("A probe that is not there is nothing") {
  OneStack stack;
  stack.add_probe("loki_ready", "loki:3100", std::nullopt);
  for (const auto* id : {"", "shop", "shop/loki_ready", "shop/loki_ready/loki:3100/", "other/loki_ready/loki:3100"}) {
    CAPTURE(id);
    CHECK_FALSE(probe_json(stack.snapshot(), id).has_value());
  }
}

TEST_CASE("An empty snapshot is valid JSON too") {
  CHECK(json::serialize(status_json(Snapshot())) == R"({"at":"1970-01-01T00:00:00Z","stacks":[]})");
  CHECK(json::serialize(findings_json(Snapshot())) == R"({"findings":[]})");
}

TEST_CASE("Texts with quotes, backslashes and control characters come back unchanged") {
  auto stack = incident_stack();
  stack.verdict.findings[0].summary = "a \"b\" \\ \n\t\x01 é";
  const auto text = json::serialize(status_json(stack.snapshot()));
  CHECK(json::parse(text).at("stacks").at(0).at("findings").at(0).at("summary").as_string() ==
        stack.verdict.findings[0].summary);
}

}  // namespace
