// What Alloy's component graph says of the ways that canaries take.
#include <catch2/catch.hpp>

#include "tests/diagnosis/scrapes.hpp"

namespace lgtmwatch {
namespace {

using enum CanaryOutcome;

const std::string batch = "otelcol.processor.batch.default";
const std::string loki = "otelcol.exporter.otlphttp.loki";
using Signals = std::vector<Signal>;
using Lines = std::vector<std::string>;

const Signals all{Signal::metrics, Signal::logs, Signal::traces};

AlloyComponent that_hands_on(const std::string& id, std::optional<Signals> signals) {
  AlloyComponent component;
  component.id = id;
  component.hands_on = std::move(signals);
  return component;
}

AlloyComponent that_sends(const std::string& id, const std::string& address) {
  AlloyComponent component;
  component.id = id;
  component.sends_to = address;
  return component;
}

// backend → batch → Loki, Tempo
AlloyComponents wired(std::optional<Signals> receiver_outputs = all, std::optional<Signals> batch_outputs = all,
                      const std::string& loki_at = "http://loki:3100/otlp") {
  AlloyComponents found;
  found.components = {that_hands_on(receiver, std::move(receiver_outputs)),
                      that_hands_on(batch, std::move(batch_outputs)), that_sends(loki, loki_at),
                      that_sends(tempo, "tempo:4317")};
  found.components.front().http = "0.0.0.0:4318";
  found.graph = {{receiver, batch}, {batch, loki}, {batch, tempo}};
  return found;
}

// A route of logs through `backend` of which the configuration does not speak, whose last canaries were refused.
StackVerdict with_graph(AlloyComponents graph) {
  TestStack stack;
  stack.found("alloy_components", "gateway", std::move(graph));
  stack.canaries_that_nothing_names(Signal::logs, "backend", {rejected, rejected});
  return stack.judge();
}

std::string note_of(const StackVerdict& verdict) {
  REQUIRE(verdict.canaries.size() == 1);
  CHECK(verdict.canaries.front().checked == verdict.canaries.front().note.empty());
  return verdict.canaries.front().note;
}

}  // namespace

TEST_CASE("A signal that has no output in Alloy, and of which nobody speaks, is listed as not checked") {
  const auto verdict = with_graph(wired(Signals{Signal::traces}));
  CHECK(note_of(verdict) == "by Alloy's graph, receiver backend has no output for logs");
  CHECK(verdict.findings.empty());
  CHECK(verdict.state == State::healthy);
  for (const auto& criterion : verdict.criteria) CHECK(criterion.name.find("canary/") == std::string::npos);
  for (const auto& path : verdict.paths) CHECK_FALSE(path.path.starts_with("canary/"));
}

TEST_CASE("A signal whose way ends at a processor is not checked either, and the processor is named") {
  CHECK(note_of(with_graph(wired(all, Signals{Signal::traces}))) ==
        "by Alloy's graph, logs of receiver backend lead nowhere: otelcol.processor.batch.default has no output for "
        "them");
}

TEST_CASE("Where the configuration speaks of the signal it stays a finding, and the graph is its evidence") {
  TestStack stack;
  stack.found("alloy_components", "gateway", wired(Signals{Signal::traces}));
  stack.canaries(Signal::logs, "backend", {rejected, rejected});
  const auto verdict = stack.judge();
  CHECK(verdict.canaries.front().checked);
  REQUIRE(verdict.findings.size() == 1);
  CHECK(verdict.findings.front().cause == "canary-rejected");
  CHECK(verdict.findings.front().evidence.back() == "by Alloy's graph, receiver backend has no output for logs");
}

TEST_CASE("Where the graph leaves a way open, or does not tell, the canary decides") {
  auto unwired = wired(Signals{Signal::traces});
  SECTION("a way leads to an exporter that may carry it") { CHECK(note_of(with_graph(wired())).empty()); }
  SECTION("the arguments could not be read") { CHECK(note_of(with_graph(wired(std::nullopt, std::nullopt))).empty()); }
  SECTION("what stands at the end is not known") {
    auto graph = wired();
    graph.graph = {{receiver, batch}, {batch, "my_module.pipeline.default"}};
    CHECK(note_of(with_graph(graph)).empty());
  }
  SECTION("the receiver is not found among the components") {
    unwired.components.erase(unwired.components.begin());
    CHECK(note_of(with_graph(unwired)).empty());
  }
  SECTION("there are only exporters of other signals") {
    auto graph = wired();
    graph.graph = {{receiver, batch}, {batch, mimir}};
    CHECK(note_of(with_graph(graph)).empty());
  }
}

TEST_CASE(
    "Until Alloy was asked for its graph, what nobody speaks of waits; where it does not tell, the canary decides") {
  TestStack stack;
  stack.canaries_that_nothing_names(Signal::logs, "backend", {});
  stack.not_asked("alloy_components", "gateway");
  CHECK(note_of(stack.judge()) == "the component graph of Alloy has not been asked for yet");
  stack.failed("alloy_components", "gateway", Reason::not_found);
  CHECK(note_of(stack.judge()).empty());
}

namespace {

Finding lost_with(AlloyComponents graph, Signal signal = Signal::logs) {
  TestStack stack;
  stack.found("alloy_components", "gateway", std::move(graph));
  stack.canaries(signal, "backend", {lost, lost});
  stack.canaries(signal, "direct-push", {visible, visible});
  const auto findings = stack.judge().findings;
  REQUIRE(findings.size() == 1);
  return findings.front();
}

}  // namespace

TEST_CASE("A canary that is lost in Alloy names the exporters on its way, in evidence and remedy") {
  auto graph = wired();
  graph.graph = {{receiver, batch}, {batch, loki}};
  const auto finding = lost_with(graph);
  CHECK(finding.stage == Stage::export_);
  CHECK(finding.evidence.back() ==
        "by Alloy's graph it leaves through otelcol.exporter.otlphttp.loki to http://loki:3100/otlp");
  CHECK(finding.remedy == Lines{"a canary written past Alloy arrives, so follow it from Alloy's receiver to "
                                "otelcol.exporter.otlphttp.loki: queue, failed and dropped counters, and Alloy's log"});
}

TEST_CASE("An exporter to another host than lgtmwatch reads from is told, and is the thing to look at") {
  auto graph = wired(all, all, "http://old-loki:3100/otlp");
  graph.graph = {{receiver, batch}, {batch, loki}};
  const auto finding = lost_with(graph);
  CHECK(finding.evidence.back() ==
        "by Alloy's graph it leaves through otelcol.exporter.otlphttp.loki to http://old-loki:3100/otlp; it is read "
        "from Loki at loki:3100");
  CHECK(finding.remedy.back() ==
        "look whether what otelcol.exporter.otlphttp.loki sends to is the Loki at loki:3100 "
        "that lgtmwatch reads from");
}

TEST_CASE("Where one of several exporters sends to the backend nobody is told to doubt the others") {
  const auto finding = lost_with(wired());
  CHECK(finding.remedy.size() == 1);
  CHECK(finding.evidence.size() == 3);
}

TEST_CASE("Past Alloy there is no graph to tell of") {
  TestStack stack;
  stack.found("alloy_components", "gateway", wired());
  stack.canaries(Signal::logs, "direct-push", {lost, lost});
  CHECK(stack.judge().findings.front().evidence == Lines{"curl … -> 204"});
}

}  // namespace lgtmwatch
