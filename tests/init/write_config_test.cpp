// The configuration that init writes is read back by the loader, and says why what is missing is missing.
#include "daemon/init/write_config.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <regex>
#include <sstream>

#include "daemon/config/load.hpp"
#include "daemon/init/read_exporters.hpp"
#include "daemon/init/yaml_text.hpp"
#include "tests/init/recorded_answers.hpp"

namespace lgtmwatch {
namespace {

LoadedConfig load(const std::string& text) {
  const Environment environment{[](const std::string&) { return std::optional<std::string>(); },
                                [](const std::string&) { return Result<std::string>("token"); },
                                {}};
  return load_config(text, "lgtmwatch.yaml", environment);
}

StackPlan plan_of(const FoundStack& stack) {
  const auto text = write_config(stack, WallTime());
  const auto loaded = load(text);
  INFO(text);
  for (const auto& each : loaded.diagnostics) FAIL(each.message);
  REQUIRE(loaded.plan);
  return loaded.plan->stacks.front();
}

FoundWay way(Signal signal, std::string receiver) {
  FoundWay one;
  one.signal = signal;
  one.receiver = std::move(receiver);
  one.max_age = std::chrono::minutes(5);
  one.said = "the newest 2s old";
  return one;
}

// The recorded stack: what Grafana and Alloy said.
FoundStack recorded_stack() {
  FoundStack stack;
  stack.name = "main";
  stack.asked = {"Grafana at http://127.0.0.1:3000"};
  for (const auto backend : {Component::loki, Component::tempo, Component::mimir})
    stack.backends.push_back(backend_behind(datasources_of(recorded_datasources(), backend).front(), backend));
  stack.alloys.push_back(alloy_at("127.0.0.1"));
  for (auto& backend : stack.backends) add_what_exporters_tell(stack.alloys, backend);
  FoundGrafana grafana;
  grafana.url = "http://127.0.0.1:3000";
  grafana.token_file = "/etc/lgtmwatch/grafana token";
  stack.grafana = grafana;
  FoundSource source;
  source.name = "scanium-backend";
  source.ways = {way(Signal::metrics, "backend"), way(Signal::logs, "backend"), way(Signal::logs, "docker"),
                 way(Signal::traces, "backend")};
  stack.sources = {source};
  return stack;
}

FoundReceiver& receiver_in(FoundStack& stack, const std::string& name) {
  auto& all = stack.alloys[0].receivers;
  return *std::find_if(all.begin(), all.end(), [&](const FoundReceiver& each) { return each.name == name; });
}

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("The configuration of the recorded stack names its backends, receivers and sources") {
  const auto plan = plan_of(recorded_stack());
  CHECK(plan.loki->endpoint.url.text() == "http://127.0.0.1:3100");
  CHECK(plan.mimir->endpoint.url.text() == "http://127.0.0.1:9009");
  CHECK(plan.mimir->kind == MimirKind::mimir);
  CHECK(plan.tempo->endpoint.url.text() == "http://127.0.0.1:3200");
  CHECK(plan.grafana->datasources.at(Component::mimir) == "mimir");
  REQUIRE(plan.alloys.size() == 1);
  std::vector<std::string> names;
  for (const auto& each : plan.alloys.front().receivers) names.push_back(each.name);
  CHECK(names == std::vector<std::string>{"mobile-grpc", "mobile-http", "backend", "files", "docker"});
  CHECK(plan.expectations.size() == 4);
}

TEST_CASE("Tempo's own receiver is where Alloy sends traces to") {
  CHECK(backend_in(recorded_stack(), Component::tempo)->otlp_grpc == "127.0.0.1:14317");
  CHECK(backend_in(recorded_stack(), Component::loki)->otlp_grpc.empty());
}

TEST_CASE("What is left out stands as a comment that can be put in force, after the reason") {
  auto stack = recorded_stack();
  receiver_in(stack, "mobile-grpc").why_not = "from here: refused";
  const auto text = write_config(stack, WallTime());
  CHECK(has_line(text,
                 "          # from here: refused:\n          # - { name: mobile-grpc, otlp: grpc, endpoint: "
                 "\"127.0.0.1:4317\" }"));
  CHECK(plan_of(stack).alloys.front().receivers.size() == 4);
  CHECK(left_out_of(stack) == 1);
}

TEST_CASE("All that is left out can be put in force by taking its mark away") {
  auto stack = recorded_stack();
  stack.sources[0].ways[1].why_not = "nothing came of it in the last hour";
  SECTION("beside what is in force") {}
  SECTION("where nothing else is") {
    for (auto& each : stack.sources[0].ways) each.why_not = "no";
    for (auto& each : stack.alloys[0].receivers) each.why_not = "no";
  }
  stack.backends[2].why_not = "no";
  std::string text;
  std::istringstream lines(write_config(stack, WallTime()));
  for (std::string line; std::getline(lines, line);) {
    const auto mark = line.find("# ");
    if (std::regex_match(line, std::regex(R"( *# (- \{.*|(mimir|receivers|sources|logs):.*))"))) line.erase(mark, 2);
    text += line + "\n";
  }
  const auto loaded = load(text);
  INFO(text);
  for (const auto& each : loaded.diagnostics) FAIL(each.message);
  REQUIRE(loaded.plan);
  CHECK(loaded.plan->stacks.front().mimir->kind == MimirKind::mimir);
  CHECK(loaded.plan->stacks.front().expectations.size() == 4);
}

TEST_CASE("Of metrics that come in two ways one is left out, and the text is still a configuration") {
  auto stack = recorded_stack();
  stack.sources[0].ways.push_back(way(Signal::metrics, ""));
  stack.sources[0].ways.back().why_not = "the source has another way for this signal already";
  CHECK(plan_of(stack).expectations.size() == 4);
}

TEST_CASE("It is said what nothing will watch, and what does not answer from here") {
  auto stack = recorded_stack();
  CHECK(warnings_of(stack).empty());
  stack.backends[0].why_not = "it answers 502 without a word";
  stack.backends[1].answers = false;
  stack.backends.pop_back();
  const auto warnings = warnings_of(stack);
  REQUIRE(warnings.size() == 3);
  CHECK(warnings[0] == "Loki is not watched: it answers 502 without a word");
  CHECK(warnings[1] == "Mimir is not watched: nothing tells where it is");
  CHECK(warnings[2].starts_with("Tempo does not answer from here: "));
}

TEST_CASE("Where everything is left out the text is still YAML") {
  auto stack = recorded_stack();
  for (auto& backend : stack.backends) backend.why_not = "no";
  for (auto& each : stack.sources[0].ways) each.why_not = "no";
  for (auto& each : stack.alloys[0].receivers) each.why_not = "no";
  stack.grafana->why_not = "no";
  CHECK(plan_of(stack).alloys.size() == 1);
  stack.alloys[0].why_not = "refused";
  CHECK(summary_of(stack).empty());
  CHECK_FALSE(load(write_config(stack, WallTime())).plan);
}

TEST_CASE("A source of which one way is left out keeps the others") {
  auto stack = recorded_stack();
  stack.sources[0].ways[1].why_not = "nothing came of it in the last hour";
  CHECK(plan_of(stack).expectations.size() == 3);
}

TEST_CASE("A scrape is a receiver where a source comes by it") {
  auto stack = recorded_stack();
  stack.sources[0].ways[0].receiver = "stack";
  const auto plan = plan_of(stack);
  CHECK(plan.alloys.front().receivers.size() == 6);
}

TEST_CASE("Names that would mean something else to YAML or to the configuration are quoted") {
  CHECK(yaml_text("loki") == "loki");
  CHECK(yaml_text("http://loki:3100") == "http://loki:3100");
  CHECK(yaml_text("true") == "\"true\"");
  CHECK(yaml_text("127") == "\"127\"");
  CHECK(yaml_text("a: b # c") == "\"a: b # c\"");
  CHECK(yaml_text("${HOME}\n\"") == "\"$${HOME} \\\"\"");
  CHECK(yaml_text("") == "\"\"");
}

TEST_CASE("Whatever Grafana and Alloy call their things, the text is read back as that") {
  for (const std::string name : {"a b: c", "x # y", "${HOME}", "- {", "\"", "'", "\\", "é", "[a, b]", "null", "*a"}) {
    auto stack = recorded_stack();
    stack.name = name;
    stack.backends[0].uid = name;
    receiver_in(stack, "backend").name = name;
    stack.alloys[0].notes = {name};
    stack.sources[0].name = "shop " + name;
    for (auto& each : stack.sources[0].ways)
      if (each.receiver == "backend") each.receiver = name;
    const auto plan = plan_of(stack);
    CHECK(plan.name == name);
    CHECK(plan.grafana->datasources.at(Component::loki) == name);
    CHECK(plan.alloys.front().receivers[2].name == name);
  }
}

TEST_CASE("What was found is said in one sentence") {
  CHECK(summary_of(recorded_stack()) ==
        "Loki, Tempo, Mimir, Grafana, Alloy gateway, 5 receivers, 1 source with 4 expectations");
}

}  // namespace lgtmwatch
