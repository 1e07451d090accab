#include "daemon/config/targets.hpp"

#include <catch2/catch.hpp>

namespace lgtmwatch {
namespace {

ParsedTargets json(const std::string& text) { return parse_targets(text, "a.json", TargetFormat::json); }
ParsedTargets yaml(const std::string& text) { return parse_targets(text, "a.yaml", TargetFormat::yaml); }

// An entry with one target of these labels.
std::string entry(const std::string& labels, const std::string& target = "loki:3100") {
  return R"([{"targets":[")" + target + R"("],"labels":{)" + labels + "}}]";
}

const std::string loki = R"("__lgtmwatch_stack__":"shop","__lgtmwatch_component__":"loki")";
const std::string alloy = R"("__lgtmwatch_stack__":"shop","__lgtmwatch_component__":"alloy")";

std::string problems_of(const ParsedTargets& parsed) {
  std::string text;
  for (const auto& each : parsed.problems) text += each.where + ": " + each.what + " | " + each.hint + "\n";
  return text;
}

TEST_CASE("Every target of an entry is one with its labels") {
  const auto parsed = json(R"([{"targets":["a:1","https://b/prefix"],"labels":{"__lgtmwatch_stack__":"shop",
      "__lgtmwatch_component__":"alloy","__lgtmwatch_tenant__":"t","env":"test","__meta_x":"y"}}])");
  REQUIRE(problems_of(parsed).empty());
  REQUIRE(parsed.targets.size() == 2);
  CHECK(parsed.targets[0] == Target{"a.json[0]", "shop", "alloy", "http://a:1", "t", "", "", ""});
  CHECK(parsed.targets[1].address == "https://b/prefix");
}

TEST_CASE("YAML says the same as JSON") {
  const auto parsed = yaml(
      "- targets: ['loki:3100']\n"
      "  labels: { __lgtmwatch_stack__: shop, __lgtmwatch_component__: loki, __scheme__: https }\n");
  REQUIRE(problems_of(parsed).empty());
  REQUIRE(parsed.targets.size() == 1);
  CHECK(parsed.targets[0] == Target{"a.yaml[0]", "shop", "loki", "https://loki:3100", {}, "", "", ""});
}

TEST_CASE("A list without entries, and an entry without targets, are no mistake") {
  CHECK(problems_of(json("[]")).empty());
  CHECK(problems_of(yaml("[]\n")).empty());
  const auto none = json(R"([{"targets":[],"labels":{}}])");
  CHECK(problems_of(none).empty());
  CHECK(none.targets.empty());
}

TEST_CASE("A receiver of an Alloy has a kind, and one of gRPC no path") {
  const auto labels = [](const std::string& kind) {
    return alloy + R"(,"__lgtmwatch_receiver__":"backend","__lgtmwatch_name__":"gateway","__lgtmwatch_kind__":")" +
           kind + "\"";
  };
  for (const std::string kind : {"otlp_http", "otlp_grpc", "loki_push", "remote_write"}) {
    const auto parsed = json(entry(labels(kind), "alloy:4318"));
    REQUIRE(problems_of(parsed).empty());
    CHECK(parsed.targets[0] ==
          Target{"a.json[0]", "shop", "alloy", "http://alloy:4318", {}, kind, "gateway", "backend"});
  }
  CHECK(problems_of(json(entry(labels("otlp")))) ==
        "a.json[0].labels.__lgtmwatch_kind__: 'otlp' is not allowed here | allowed: loki_push, otlp_grpc, otlp_http, "
        "remote_write\n");
  CHECK_THAT(problems_of(json(entry(labels("otlp_grpc"), "http://alloy:4317/v1"))),
             Catch::StartsWith("a.json[0].targets: gRPC knows no path"));
  CHECK_THAT(problems_of(json(entry(alloy + R"(,"__lgtmwatch_receiver__":"backend")"))),
             Catch::StartsWith("a.json[0]: the label __lgtmwatch_kind__ is missing | it is otlp_http"));
}

TEST_CASE("What is wrong is named by document, entry and label") {
  struct Row {
    std::string text, problem;
  };
  const std::vector<Row> rows{
      {"{}", "a.json: a list of targets is expected"},
      {"null", "a.json: is empty | write [] where there are none"},
      {"[1]", "a.json[0]: a mapping with 'targets' and 'labels' is expected"},
      {R"([{"target":["a:1"]}])", "a.json[0].target: unknown key | allowed: labels, targets"},
      {R"([{"targets":"a:1","labels":{}}])", "a.json[0].targets: a list of addresses is expected"},
      {R"([{"targets":[["a:1"]],"labels":{}}])", "a.json[0].targets[0]: an address is expected"},
      {R"([{"targets":["a:1"],"labels":[]}])", "a.json[0].labels: a mapping of labels is expected"},
      {entry(""), "a.json[0]: the label __lgtmwatch_stack__ is missing | it names the stack"},
      {entry(R"("__lgtmwatch_stack__":"shop")"), "a.json[0]: the label __lgtmwatch_component__ is missing"},
      {entry(R"("__lgtmwatch_stack__":["shop"],"__lgtmwatch_component__":"loki")"),
       "a.json[0].labels.__lgtmwatch_stack__: a text on one line is expected"},
      {entry(R"("__lgtmwatch_stack__":"shop","__lgtmwatch_component__":"lokki")"),
       "a.json[0].labels.__lgtmwatch_component__: 'lokki' is not allowed here | did you mean 'loki'?"},
      {entry(loki + R"(,"__lgtmwatch_tenent__":"t")"),
       "a.json[0].labels.__lgtmwatch_tenent__: there is no such label | did you mean '__lgtmwatch_tenant__'?"},
      {entry(loki + R"(,"__scheme__":"ftp")"), "a.json[0].labels.__scheme__: 'ftp' is not allowed here"},
      {entry(loki + R"(,"__lgtmwatch_kind__":"mimir")"),
       "a.json[0].labels.__lgtmwatch_kind__: only a mimir and a receiver have a kind"},
      {entry(loki + R"(,"__lgtmwatch_name__":"x")"), "a.json[0].labels.__lgtmwatch_name__: only an Alloy has a name"},
      {entry(loki + R"(,"__lgtmwatch_receiver__":"x")"),
       "a.json[0].labels.__lgtmwatch_receiver__: only an Alloy has receivers"},
      {entry(loki, "http://user:geheim@loki"), "a.json[0].targets: "},
      {entry(loki, "loki/?a=b"), "a.json[0].targets: "},
  };
  for (const auto& row : rows) {
    INFO(row.text);
    const auto parsed = json(row.text);
    CHECK_THAT(problems_of(parsed), Catch::StartsWith(row.problem));
    CHECK_THAT(problems_of(parsed), !Catch::Contains("geheim"));
    CHECK(parsed.targets.empty());
  }
}

TEST_CASE("What is no JSON or YAML is said with its place, and never throws") {
  CHECK_THAT(problems_of(json(" \n")), Catch::StartsWith("a.json: is empty"));
  CHECK_THAT(problems_of(json("[{\"targets\":")), Catch::StartsWith("a.json: "));
  CHECK_THAT(problems_of(yaml("- targets: [\n")), Catch::StartsWith("a.yaml:"));
  CHECK_THAT(problems_of(yaml("")), Catch::StartsWith("a.yaml: is empty"));
  CHECK_FALSE(json("\xff\x00[").problems.empty());
  CHECK_FALSE(yaml("\xff").problems.empty());
}

TEST_CASE("A document that is wrong in every entry is not told of without end") {
  std::string text = "[";
  for (int i = 0; i < 1000; ++i) text += i ? ",1" : "1";
  CHECK(json(text + "]").problems.size() == 50);
}

}  // namespace
}  // namespace lgtmwatch
