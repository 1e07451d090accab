#include <catch2/catch.hpp>

#include "probes/loki/loki_labels.hpp"
#include "probes/loki/loki_newest.hpp"

namespace lgtmwatch {

TEST_CASE("Loki's label names are read, and an absent list is an empty one only where Loki says success") {
  CHECK(parse_loki_names(R"({"status":"success","data":["container","job"]})").value() == Names{"container", "job"});
  CHECK(parse_loki_names(R"({"status":"success"})").value().empty());
  CHECK(parse_loki_names(R"({"status":"error"})").has_error());
  CHECK(parse_loki_names(R"({})").error().reason == Reason::parse);
  CHECK(parse_loki_names("<html>").error().what == "the answer is not JSON (syntax error): \"<html>\"");
  CHECK(parse_loki_names(R"({"status":"success","data":[1]})").error().what ==
        "data[0]: expected a string, found a number");
}

TEST_CASE("Label names that only canaries carry do not count") {
  struct Case {
    std::string name;
    Names labels, service_names;
    std::size_t expected;
  };
  const std::vector<Case> cases{
      {"an application's labels", {"container", "service_name"}, {}, 2},
      {"canary labels beside them", {"container", "lgtmwatch_route", "service_name"}, {}, 2},
      {"nothing at all", {}, {}, 0},
      {"only canaries", {"lgtmwatch_route", "service_name"}, {"lgtmwatch-canary"}, 0},
      {"canaries and an application that has no other label",
       {"lgtmwatch_route", "service_name"},
       {"lgtmwatch-canary", "shop"},
       1},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    CHECK(judge_loki_labels(each.labels, {"service_name"}, each.service_names).labels == each.expected);
  }
}

TEST_CASE("Streams are counted in what Loki says of series, and none in what is no such answer") {
  CHECK(count_loki_streams(R"({"status":"success","data":[{"service_name":"unknown_service"},{"a":"b"}]})") == 2);
  for (const auto* body : {"", "[]", "{}", R"({"status":"success","data":{}})"}) CHECK(count_loki_streams(body) == 0);
}

TEST_CASE("Only where label names alone cannot tell canaries from applications are service names asked for") {
  CHECK_FALSE(needs_service_names({}, {"service_name"}));
  CHECK_FALSE(needs_service_names({"container", "service_name"}, {"service_name"}));
  CHECK(needs_service_names({"service_name"}, {"service_name"}));
  CHECK(needs_service_names({"lgtmwatch_route", "service_name"}, {"service_name"}));
}

TEST_CASE("The labels that canaries of a stack share with applications are those of its routes of logs") {
  StackPlan stack;
  const Endpoint somewhere(Url::parse("http://loki:3100").value());
  CanaryRoutePlan logs(somewhere, somewhere);
  logs.labels = {{"environment", "canary"}};
  logs.forms = {{CanaryForm::fresh_label, std::chrono::hours(1)}};
  CanaryRoutePlan traces(somewhere, somewhere);
  traces.signal = Signal::traces;
  traces.labels = {{"region", "here"}};
  stack.canaries = {logs, traces};
  CHECK(shared_label_names(stack) == std::set<std::string>{"environment", "service_instance_id", "service_name"});
}

TEST_CASE("The newest log record is the newest of all streams that Loki returns") {
  const auto newest = parse_loki_newest(R"({"status":"success","data":{"resultType":"streams","result":[
      {"stream":{},"values":[["1795352138000000001","a"]]},{"stream":{},"values":[["1795352139000000002","b"]]}]}})");
  CHECK(newest.value() == WallTime(Duration(1795352139000000002)));
  CHECK_FALSE(parse_loki_newest(R"({"data":{"result":[]}})").value());
  CHECK(parse_loki_newest(R"({"data":{"result":[{"values":[["soon","a"]]}]}})").error().what ==
        "data.result[0].values[0][0]: expected a number, found \"soon\"");
}

}  // namespace lgtmwatch
