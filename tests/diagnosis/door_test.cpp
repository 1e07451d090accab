// Requests that a receiver refuses at its door.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/diagnosis/scrapes.hpp"

namespace lgtmwatch {
namespace {

using std::chrono::minutes;

struct WithDoor : Watched {
  WithDoor() {
    AlloyComponent component;
    component.id = receiver;
    component.http = "0.0.0.0:4318";
    component.grpc = "0.0.0.0:4317";
    AlloyComponents components;
    components.components = {component};
    found("alloy_components", "gateway", components);
  }
  void all_silent() {
    for (const auto* target : {"shop/metrics@backend", "shop/logs@backend", "shop/traces@backend"})
      newest(target, minutes(5));
    for (const auto* target : {"shop/logs@backend", "shop/traces@backend"}) expect_always(target);
  }
};

Scrape refused(const std::string& detail, double count, double accepted = 10) {
  Scrape scrape;
  for (const auto signal : all_signals)
    scrape.count(CounterKind::receiver_accepted, receiver, signal, accepted, "http");
  scrape.readings.counters.push_back({{CounterKind::receiver_rejected, receiver, std::nullopt, detail}, count});
  return scrape;
}

}  // namespace

TEST_CASE("What a receiver refuses at its door explains the only source that is silent there") {
  const auto cause_of = [](const std::string& detail) {
    WithDoor stack;
    stack.all_silent();
    stack.scrapes({refused(detail, 0), refused(detail, 2), refused(detail, 4)});
    const auto verdict = stack.judge();
    REQUIRE(verdict.findings.size() == 1);
    const auto& finding = verdict.findings.front();
    CHECK(finding.subject == "shop");
    CHECK(finding.stage == Stage::source);
    CHECK(finding.signals.size() == 3);
    CHECK(finding.consequences.size() == 3);
    CHECK(finding.evidence.back().find(detail + " to 4 requests, 2 within 15s") != std::string::npos);
    CHECK(verdict.state == State::broken);
    return finding.cause;
  };
  CHECK(cause_of("http 415") == "otlp-unsupported-encoding");
  CHECK(cause_of("http 400") == "otlp-unsupported-encoding");
  CHECK(cause_of("http 404") == "otlp-http-path-wrong");
  CHECK(cause_of("http 2.0") == "otlp-grpc-http-port-mixup");
  CHECK(cause_of("http 401") == "otlp-auth-missing");
  CHECK(cause_of("http 403") == "otlp-auth-missing");
  CHECK(cause_of("grpc UNAUTHENTICATED") == "otlp-auth-missing");
  CHECK(cause_of("http 413") == "otlp-batch-too-large-source");
  CHECK(cause_of("grpc RESOURCE_EXHAUSTED") == "otlp-batch-too-large-source");
}

TEST_CASE("A single request of a stranger that is refused while everything arrives is no finding") {
  WithDoor stack;
  stack.scrapes({refused("http 415", 0), refused("http 415", 1, 20), refused("http 415", 1, 30)});
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("Requests that are refused again and again while every known source arrives degrade, and name the receiver") {
  WithDoor stack;
  stack.scrapes(
      {refused("http 404", 0), refused("http 404", 1, 20), refused("http 404", 2, 30), refused("http 404", 3, 40)});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"otlp-http-path-wrong"});
  CHECK(verdict.findings[0].subject == "backend");
  CHECK(verdict.findings[0].state == State::degraded);
  CHECK(verdict.findings[0].severity == Severity::warning);
  CHECK(verdict.findings[0].consequences.empty());
}

TEST_CASE("Where several sources are silent behind the receiver, none of them is accused alone") {
  WithDoor stack;
  stack.with_source("shop/metrics@backend", "till");
  stack.newest("till/metrics@backend", minutes(5));
  stack.newest("shop/metrics@backend", minutes(5));
  stack.scrapes({refused("http 415", 0), refused("http 415", 2), refused("http 415", 4)});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"otlp-unsupported-encoding"});
  CHECK(verdict.findings[0].subject == "backend");
  CHECK(verdict.findings[0].summary.find("shop, till: at least one of them") != std::string::npos);
}

TEST_CASE("A source whose records the receiver takes is not accused of those that it refuses") {
  WithDoor stack;
  stack.newest("shop/metrics@backend", minutes(5));
  stack.scrapes({refused("http 415", 0), refused("http 415", 1, 20)});
  const auto causes = causes_of(stack.judge());
  CHECK(std::find(causes.begin(), causes.end(), "otlp-unsupported-encoding") == causes.end());
}

TEST_CASE("Where lgtmwatch itself is refused, the refused requests are its own and prove nothing") {
  WithDoor stack;
  stack.all_silent();
  stack.refuses("backend", Reason::auth);
  stack.scrapes({refused("http 401", 0), refused("http 401", 2), refused("http 401", 4)});
  const auto causes = causes_of(stack.judge());
  CHECK(std::find(causes.begin(), causes.end(), "otlp-auth-missing") == causes.end());
}

TEST_CASE("What was refused while the receiver refused lgtmwatch too is not told of it once it has come back") {
  WithDoor stack;
  stack.scrapes({refused("http 404", 0), refused("http 404", 10), refused("http 404", 20), refused("http 404", 20)});
  CHECK(causes_of(stack.judge()) == Causes{"otlp-http-path-wrong"});
  stack.recovered("otlp_http_receiver", "backend", std::chrono::seconds(20));
  CHECK(stack.judge().findings.empty());
  stack.recovered("otlp_http_receiver", "backend", std::chrono::seconds(40));
  CHECK(causes_of(stack.judge()) == Causes{"otlp-http-path-wrong"});
}

TEST_CASE("A refusal that is known from documentation alone names what else it may be") {
  WithDoor stack;
  stack.all_silent();
  stack.scrapes({refused("http 401", 0), refused("http 401", 2)});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"otlp-auth-missing"});
  CHECK(verdict.findings[0].alternatives == std::vector<std::string>{"source-silent"});
}

TEST_CASE("A restart of Alloy that sets its refusals to nothing is no finding") {
  WithDoor stack;
  auto before = refused("http 404", 90), after = refused("http 404", 1);
  before.readings.process_start = wall_from_unix_seconds(1795340000);
  after.readings.process_start = wall_from_unix_seconds(1795352130);
  stack.scrapes({before, before, after});
  CHECK(stack.judge().findings.empty());
}

}  // namespace lgtmwatch
