#include "daemon/serve/report.hpp"

#include <catch2/catch.hpp>

#include "tests/serve/support.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using Catch::Contains;

std::string first_lines(const std::string& text, int count) {
  std::size_t end = 0;
  for (int line = 0; line < count && end != std::string::npos; ++line) end = text.find('\n', end) + 1;
  return text.substr(0, end);
}

Exchange answered(const std::string& curl, int status, const std::string& body) {
  Exchange exchange;
  exchange.at = noon;
  exchange.curl = curl;
  exchange.status = status;
  exchange.first_bytes = body;
  return exchange;
}

void add_run(OneStack& stack, const std::string& probe, Result<Observation> outcome, const Exchange& exchange) {
  stack.add_probe(probe, "loki:3100", std::move(outcome));
  auto run = std::make_shared<RunRecord>(*stack.facts.probes.back().last);
  run->exchanges.push_back(exchange);
  stack.facts.probes.back().last = std::move(run);
}

OneStack broken_stack() {
  OneStack stack;
  stack.verdict.state = State::broken;
  stack.verdict.signals = {{Signal::metrics, State::healthy}, {Signal::logs, State::broken}};
  stack.verdict.criteria = {{"loki answers", State::healthy}, {"logs are fresh", State::broken, "newest 3h ago"}};
  stack.verdict.findings = {incident()};
  return stack;
}

TEST_CASE("The first ten lines say what is broken, since when, why and what to do") {
  const auto top = first_lines(report_markdown(broken_stack().snapshot()), 10);
  CHECK_THAT(top, Catch::StartsWith("# shop: broken\n"));
  CHECK_THAT(top, Contains("metrics healthy, logs broken. 1 of 2 criteria met."));
  CHECK_THAT(top,
             Contains("1. **The scraper tails nothing.** Since 2026-11-22T12:00:00Z. Cause: `scraper-tails-nothing` "
                      "at stage receive. Do: mount the socket"));
}

TEST_CASE("A finding is told with its evidence, and the score with what is not met") {
  const auto text = report_markdown(broken_stack().snapshot());
  CHECK_THAT(text, Contains("### 1. The scraper tails nothing\n"));
  CHECK_THAT(text, Contains("## Success criteria: 1 of 2 met\n"));
  CHECK_THAT(text, Contains("| logs are fresh | broken | newest 3h ago |\n"));
  CHECK_THAT(text, Contains("## What works\n\n- loki answers\n"));
}

TEST_CASE("Without findings it says so, and does not call unknown well") {
  auto stack = broken_stack();
  stack.verdict.state = State::unknown;
  stack.verdict.findings.clear();
  stack.verdict.criteria.back().state = State::unknown;
  CHECK_THAT(report_markdown(stack.snapshot()),
             Contains("Nothing is wrong as far as could be seen; 1 of 2 criteria could not be found out.\n"));
  stack.verdict.criteria.back().state = State::healthy;
  CHECK_THAT(report_markdown(stack.snapshot()), Contains("Nothing is wrong as far as could be seen.\n"));
}

TEST_CASE("The commands to see for oneself begin with what went wrong, each with what came back") {
  OneStack stack;
  add_run(stack, "loki_labels", LokiLabels{3},
          answered("curl 'http://loki:3100/labels'", 200, "{\"status\":\"success\"}"));
  add_run(stack, "loki_ready", Readiness{true, "ready"}, answered("curl 'http://loki:3100/ready'", 200, "ready\n"));
  Exchange silent;
  silent.curl = "curl 'http://loki:3100/newest'";
  silent.error = "loki:3100 refused the connection";
  add_run(stack, "loki_newest", Error(Phase::connect, Reason::refused, "refused"), silent);
  add_run(stack, "again", Readiness{true, "ready"}, answered("curl 'http://loki:3100/ready'", 200, "ready\n"));
  std::vector<std::string> lines;
  for (const auto& each : verification_commands(stack.facts)) lines.push_back(each.what + " → " + each.answer);
  CHECK(lines == std::vector<std::string>{"loki_newest loki:3100 → loki:3100 refused the connection",
                                          "loki_ready loki:3100 → 200 ready",
                                          "loki_labels loki:3100 → 200 {\"status\":\"success\"}"});
}

TEST_CASE("The way of a source is drawn as Alloy's graph has it, and where that is not known it says so") {
  OneStack stack;
  auto plan = std::make_shared<StackPlan>(*stack.facts.plan);
  AlloyPlan alloy(Endpoint(*Url::parse("http://alloy:12345")));
  alloy.name = "gateway";
  alloy.receivers.emplace_back();
  alloy.receivers.back().name = "backend";
  alloy.receivers.back().endpoint = Endpoint(*Url::parse("http://alloy:4318"));
  plan->alloys.push_back(alloy);
  stack.facts.plan = plan;
  SourceStatus source;
  source.source = "shop-api";
  source.signal = Signal::traces;
  source.receiver = "backend";
  source.state = State::healthy;
  stack.verdict.sources = {source};
  ComponentStatus tempo;
  tempo.component = Component::tempo;
  tempo.address = "tempo:3200";
  stack.verdict.components = {tempo};
  CHECK_THAT(topology_text(*stack.snapshot().stacks.front()),
             Contains("(Alloy's graph does not tell what comes here)"));
  PipelineStatus pipeline;
  pipeline.receiver = "backend";
  pipeline.signal = Signal::traces;
  pipeline.through = {"otelcol.receiver.otlp.r", "otelcol.exporter.otlp.tempo"};
  pipeline.sends_to = "tempo:4317";
  stack.verdict.pipelines = {pipeline};
  CHECK(topology_text(*stack.snapshot().stacks.front()) ==
        "traces of shop-api: healthy\n"
        "  -> receiver backend (http://alloy:4318) of Alloy gateway\n"
        "  -> otelcol.receiver.otlp.r -> otelcol.exporter.otlp.tempo -> tempo:4317\n"
        "  -> Tempo (tempo:3200)\n");
}

Container running(const std::string& name, const std::string& network, const std::string& address) {
  Container container;
  container.id = name;
  container.name = name;
  container.status = "running";
  container.networks = {{network, address, {}}};
  return container;
}

TEST_CASE("The topology draws the networks of Docker, and says who shares one with Alloy") {
  OneStack stack;
  auto plan = std::make_shared<StackPlan>();
  plan->name = "shop";
  AlloyPlan alloy(Endpoint(*Url::parse("http://alloy:12345")));
  alloy.name = "gateway";
  alloy.receivers.emplace_back();
  alloy.receivers.back().name = "backend";
  alloy.receivers.back().endpoint = Endpoint(*Url::parse("http://alloy:4318"));
  plan->alloys.push_back(alloy);
  for (const auto* source : {"shop-api", "lonely"}) {
    Expectation expectation;
    expectation.source = source;
    expectation.receiver = "backend";
    plan->expectations.push_back(expectation);
  }
  stack.facts.plan = plan;
  auto of_alloy = running("alloy", "apps", "172.20.0.2");
  of_alloy.ports = {{4318, "127.0.0.1", 4318}};
  of_alloy.health = "healthy";
  auto lonely = running("lonely", "other", "172.21.0.2");
  auto ended = running("old", "apps", "");
  ended.status = "exited";
  const auto drawn = [&](std::vector<Container> containers) {
    stack.facts.probes.clear();
    stack.add_probe("docker_containers", "unix:/var/run/docker.sock", Observation(DockerContainers{containers, 0}));
    return topology_text(*stack.snapshot().stacks.front());
  };
  CHECK(drawn({of_alloy, running("shop-api", "apps", "172.20.0.3"), lonely, ended}) ==
        "network apps\n"
        "  |- alloy (healthy) 172.20.0.2 = Alloy gateway: receivers backend :4318, published 127.0.0.1:4318->4318\n"
        "  |- shop-api 172.20.0.3 = source shop-api\n"
        "  |- old [exited]\n"
        "network other\n"
        "  |- lonely 172.21.0.2 = source lonely\n"
        "lonely and Alloy gateway share no network\n"
        "shop-api and Alloy gateway share apps\n");
  CHECK(drawn({}).empty());
  std::vector<Container> many;
  for (int i = 0; i < 20; ++i) many.push_back(running("c" + std::to_string(i), "apps", ""));
  for (int i = 0; i < 14; ++i) many.push_back(running("n" + std::to_string(i), "net" + std::to_string(i), ""));
  CHECK_THAT(drawn(many), Contains("  |- and 4 more\n") && Contains("and 3 more networks\n"));
}

TEST_CASE("A canary of which nothing is known is not called in flight, and why it is not known stands beside it") {
  auto stack = broken_stack();
  CanaryStatus canary;
  canary.route = "app-files";
  canary.signal = Signal::logs;
  canary.note = "the daemon does not have the route";
  stack.verdict.canaries = {canary};
  CHECK_THAT(report_markdown(stack.snapshot()),
             Contains("| app-files | logs | unknown | unknown | - | the daemon does not have the route |\n"));
}

}  // namespace
