// What a watch takes over from the one before a reload: the counters of targets that stay go on as if nothing had been.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "daemon/watch.hpp"
#include "tests/support/fake_grpc_client.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

const CounterKey sent{CounterKind::exporter_sent, "otelcol.exporter.otlp.tempo", Signal::traces, ""};

ComponentPlan component(const std::string& url, Duration interval) {
  ComponentPlan made(Endpoint(Url::parse(url).value()));
  made.interval = interval;
  made.timeout = 5s;
  return made;
}

// An Alloy that is asked every 15 s, with a receiver that is a file, beside a Loki.
Plan plan_with(Duration interval_of_loki, const std::string& file) {
  StackPlan stack;
  stack.name = "shop";
  stack.loki = component("http://loki:3100", interval_of_loki);
  AlloyPlan alloy(Endpoint(Url::parse("http://alloy:12345").value()));
  alloy.interval = 15s;
  alloy.timeout = 5s;
  alloy.name = "gateway";
  ReceiverPlan receiver;
  receiver.name = "files";
  receiver.kind = ReceiverKind::file;
  receiver.file = file;
  receiver.signals = {Signal::logs};
  alloy.receivers = {receiver};
  stack.alloys.push_back(alloy);
  Plan plan;
  plan.stacks.push_back(stack);
  return plan;
}

struct Bench {
  Bench() { http.answer("GET", "/-/ready", 200, "Alloy is ready.\n"); }

  // Every probe runs, and Alloy's exporter shows these figures; 15 s pass.
  void read(int spans, int queue) {
    constexpr const char* labels = "component_id=\"otelcol.exporter.otlp.tempo\"";
    http.answer("GET", "/metrics", 200,
                fmt::format("alloy_build_info{{version=\"v1.18.1\"}} 1\n"
                            "otelcol_exporter_sent_spans_total{{{0}}} {1}\n"
                            "otelcol_exporter_queue_size{{{0},data_type=\"traces\"}} {2}\n"
                            "otelcol_exporter_queue_capacity{{{0},data_type=\"traces\"}} 1000\n",
                            labels, spans, queue));
    run_to_end(io, watch->run_at_once(watch->all_probes()));
    clock.advance(io, 15s);
  }
  void reload(const Plan& plan) {
    auto next = std::make_unique<Watch>(plan, Clients{http, grpc}, clock, 2);
    next->take_over(*watch);
    watch = std::move(next);
  }
  ProbeFacts facts_of(const std::string& probe) {
    for (const auto& facts : watch->store().publish(clock.wall())->stacks.at(0)->facts.probes)
      if (facts.probe == probe) return facts;
    FAIL("no probe " << probe);
    return {};
  }
  bool finds(const std::string& cause) {
    const auto snapshot = watch->store().publish(clock.wall());
    const auto& findings = snapshot->stacks.at(0)->verdict.findings;
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& each) { return each.cause == cause; });
  }

  ManualClock clock;
  FakeHttpClient http;
  FakeGrpcClient grpc;
  boost::asio::io_context io{1};
  std::unique_ptr<Watch> watch =
      std::make_unique<Watch>(plan_with(15s, "/var/log/a.log"), Clients{http, grpc}, clock, 2);
};

TEST_CASE("After a reload that changes another target the rates of a target that stays have no gap") {
  Bench bench;
  bench.read(100, 0);
  bench.read(110, 0);
  const auto before = *bench.facts_of("alloy_controller").counters->find(sent);
  bench.reload(plan_with(60s, "/var/log/a.log"));
  bench.read(125, 0);
  const auto counters = bench.facts_of("alloy_controller").counters;
  const auto& after = *counters->find(sent);
  CHECK(after.newest.total == 25);
  CHECK(after.increase() == 15);
  CHECK(after.previous.at == before.newest.at);
  CHECK(after.newest.at - after.previous.at == 15s);
  CHECK(after.moved_in_a_row == 2);
}

TEST_CASE("A finding that rests on two readings counts the one before the reload, and goes on over the next") {
  Bench bench;
  bench.read(100, 850);
  CHECK_FALSE(bench.finds("exporter-queue-filling"));
  bench.reload(plan_with(60s, "/var/log/a.log"));
  CHECK_FALSE(bench.finds("exporter-queue-filling"));
  bench.read(110, 870);
  CHECK(bench.finds("exporter-queue-filling"));
  bench.reload(plan_with(15s, "/var/log/a.log"));
  CHECK(bench.finds("exporter-queue-filling"));
}

TEST_CASE("A receiver that is another file now takes nothing over from the one that was called so") {
  Bench bench;
  bench.read(100, 0);
  bench.reload(plan_with(15s, "/var/log/a.log"));
  CHECK(bench.facts_of("alloy_scraper").last != nullptr);
  bench.reload(plan_with(15s, "/var/log/b.log"));
  CHECK(bench.facts_of("alloy_scraper").last == nullptr);
  CHECK(bench.facts_of("alloy_controller").last != nullptr);
}

}  // namespace
