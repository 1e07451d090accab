// What is seen while a fault begins or ends, when one probe has been there already and another has not.
#include <catch2/catch.hpp>

#include "tests/diagnosis/scrapes.hpp"

namespace lgtmwatch {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr auto after = seconds(-1);  // than the runs of the tests, which are all of the same moment

Scrape taken(double accepted, double refused = 0) {
  return Scrape()
      .count(CounterKind::receiver_accepted, receiver, Signal::logs, accepted, "http")
      .count(CounterKind::receiver_refused, receiver, Signal::logs, refused, "http");
}

std::string summary_of(const StackVerdict& verdict) {
  return verdict.findings.empty() ? std::string() : verdict.findings.front().summary;
}

}  // namespace

TEST_CASE("A receiver that was closed while Alloy was down is asked again before it is blamed") {
  TestStack stack;
  stack.refuses("backend", Reason::refused);
  CHECK(causes_of(stack.judge()) == Causes{"alloy-receiver-not-listening"});
  stack.recovered("alloy_ready", "gateway", after);
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("An Alloy whose receivers come back one by one is still down, and does not listen on loopback only") {
  TestStack stack;
  stack.failed("alloy_ready", "gateway", Reason::refused);
  CHECK(causes_of(stack.judge()) == Causes{"alloy-http-only-loopback"});
  SECTION("a receiver answers since") { stack.recovered("otlp_http_receiver", "backend", after); }
  SECTION("records come again since") { stack.active_since("shop/logs@backend", after); }
  CHECK(causes_of(stack.judge()) == Causes{"alloy-down-or-crashloop"});
}

TEST_CASE("The signals of a source that fell silent together come back one by one") {
  TestStack stack;
  stack.newest("shop/metrics@backend", seconds(1));
  stack.newest("shop/logs@backend", seconds(1));
  stack.newest("shop/logs@docker", seconds(1));
  stack.newest("shop/traces@backend", minutes(10));
  stack.gap("shop/metrics@backend", minutes(9), seconds(40));
  stack.gap("shop/logs@backend", minutes(9), seconds(40));
  SECTION("traces are waited for") { CHECK(stack.judge().findings.empty()); }
  SECTION("for two minutes") {
    stack.gap("shop/metrics@backend", minutes(9), minutes(2));
    stack.gap("shop/logs@backend", minutes(9), minutes(2));
    CHECK(causes_of(stack.judge()) == Causes{"otlp-disabled-or-sampled-out"});
  }
  SECTION("unless they were gone before") {
    stack.newest("shop/traces@backend", minutes(11));
    CHECK(causes_of(stack.judge()) == Causes{"source-silent"});
  }
}

TEST_CASE("An Alloy that has come back is asked for its components again before anything is said of them") {
  TestStack stack;
  stack.failed("alloy_controller", "gateway", Reason::refused);
  CHECK(causes_of(stack.judge()) == Causes{"watcher-query-failed"});
  stack.recovered("alloy_ready", "gateway", after);
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("A datasource that fails is waited for while its backend is in doubt, and once after it was well again") {
  TestStack stack;
  stack.with_grafana();
  stack.datasource("loki", QueryAnswer::failed);
  CHECK(causes_of(stack.judge()) == Causes{"grafana-ds-query-failed"});
  SECTION("a query of lgtmwatch's own has just failed as well") {
    stack.of_component("loki_labels", "loki:3100", Component::loki);
    stack.failed_once("loki_labels", "loki:3100", Reason::limit);
  }
  SECTION("the datasource was not asked since the backend recovered") {
    stack.of_component("loki_newest", "shop/logs@backend", Component::loki);
    stack.recovered("loki_newest", "shop/logs@backend", after);
  }
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("A receiver that expects TLS is told once records could have arrived since, and did not") {
  TestStack stack;
  stack.refuses("backend", Reason::tls);
  stack.bad_since("otlp_http_receiver", "backend", seconds(4));
  CHECK(stack.judge().findings.empty());
  stack.bad_since("otlp_http_receiver", "backend", seconds(20));
  CHECK(causes_of(stack.judge()) == Causes{"watcher-uses-another-path-than-apps"});
  for (const auto* each : {"shop/metrics@backend", "shop/logs@backend", "shop/traces@backend"})
    stack.newest(each, seconds(21));
  CHECK(causes_of(stack.judge()).front() == "otlp-tls-mismatch-source");
}

TEST_CASE("What was refused at a door that has come back since is no finding before another canary could tell") {
  TestStack stack;
  stack.canaries(Signal::logs, "backend", {CanaryOutcome::rejected, CanaryOutcome::rejected});
  auto planned = *stack.last_canaries().plan;
  planned.interval = minutes(1);
  stack.last_canaries().plan = std::make_shared<const CanaryRoutePlan>(planned);
  CHECK(causes_of(stack.judge()) == Causes{"canary-rejected"});
  const auto [probe, target] =
      GENERATE(std::pair{"otlp_http_receiver", "backend"}, std::pair{"alloy_ready", "gateway"});
  stack.recovered(probe, target, seconds(70));
  CHECK(stack.judge().findings.empty());
  CHECK(stack.judge().canaries.front().state == State::unknown);
  stack.recovered(probe, target, seconds(80));
  CHECK(causes_of(stack.judge()) == Causes{"canary-rejected"});
}

TEST_CASE("A single canary that was refused waits for what its receiver says, two in a row do not") {
  TestStack stack;
  stack.canaries(Signal::logs, "backend", {CanaryOutcome::rejected, CanaryOutcome::visible});
  CHECK(causes_of(stack.judge()) == Causes{"canary-rejected"});
  SECTION("it was not asked since") { stack.last_canaries().last->written = moment_of_tests + seconds(1); }
  SECTION("it has failed once") { stack.failed_once("otlp_http_receiver", "backend", Reason::refused); }
  SECTION("its Alloy has failed once") { stack.failed_once("alloy_ready", "gateway", Reason::refused); }
  CHECK(stack.judge().findings.empty());
  CHECK(stack.judge().canaries.front().state == State::degraded);
  stack.last_canaries().recent[1] = CanaryOutcome::rejected;
  CHECK(causes_of(stack.judge()) == Causes{"canary-rejected"});
}

TEST_CASE("What a receiver took up to the newest record is not lost behind it") {
  WithReceiver stack;
  stack.expect_always("shop/logs@backend");
  stack.scrapes({taken(10), taken(20), taken(30), taken(30), taken(30)});
  stack.newest("shop/logs@backend", seconds(61));
  CHECK(causes_of(stack.judge()) == Causes{"app-logger-not-exported"});
}

TEST_CASE("What a receiver went on taking for long enough since the newest record is lost behind it") {
  WithReceiver stack;
  stack.expect_always("shop/logs@backend");
  stack.scrapes({taken(10), taken(20), taken(30), taken(40), taken(50)});
  stack.newest("shop/logs@backend", minutes(3));
  CHECK(causes_of(stack.judge()) == Causes{"filter-drops-everything"});
}

TEST_CASE("Signals that stopped together are one silent source, also while one of them still looks young") {
  Watched stack;
  stack.expect_always("shop/logs@backend");
  stack.expect_always("shop/traces@backend");
  stack.newest("shop/logs@backend", seconds(63));
  stack.newest("shop/metrics@backend", seconds(58));
  stack.newest("shop/traces@backend", seconds(59));
  CHECK(causes_of(stack.judge()) == Causes{"source-silent"});
}

TEST_CASE("Refusals that have just ended are nobody's fault any more") {
  Watched stack;
  stack.scrapes({taken(10, 0), taken(10, 5), taken(10, 10)});
  CHECK(causes_of(stack.judge()) == Causes{"receiver-refusing"});
  Watched ending;
  ending.scrapes({taken(10, 0), taken(10, 5), taken(10, 10), taken(15, 12)});
  CHECK(summary_of(ending.judge()).empty());
  Watched over;
  over.scrapes({taken(10, 0), taken(10, 5), taken(10, 10), taken(15, 12), taken(20, 12)});
  CHECK(summary_of(over.judge()).empty());
}

TEST_CASE("The first refusals of a memory limiter are waited for before the receiver is blamed") {
  Watched stack;
  const std::string limiter = "otelcol.processor.memory_limiter.m";
  stack.scrapes({taken(10, 0), taken(10, 5).count(CounterKind::processor_refused, limiter, Signal::logs, 5)});
  CHECK(stack.judge().findings.empty());
  stack.scrapes({taken(10, 10).count(CounterKind::processor_refused, limiter, Signal::logs, 10)});
  CHECK(causes_of(stack.judge()) == Causes{"memory-limiter-refusing"});
}

}  // namespace lgtmwatch
