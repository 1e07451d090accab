// Processors that let nothing through, relabellings that keep nothing, targets that cannot be scraped.
#include <catch2/catch.hpp>

#include "tests/diagnosis/scrapes.hpp"

namespace lgtmwatch {
namespace {

using std::chrono::minutes;

const std::string filter = "otelcol.processor.filter.noise";
const std::string relabel = "prometheus.relabel.keep";
const std::string scrape = "prometheus.scrape.stack";
const std::string process = "loki.process.lines";
const std::string docker = "loki.source.docker.containers";

struct WithGraph : Watched {
  WithGraph() {
    graph({{receiver, filter},
           {filter, tempo},
           {scrape, relabel},
           {relabel, mimir},
           {docker, process},
           {process, loki_write}});
    with(AlloyComponent{scrape, {}, {}, {}, false, {}});
  }
  void with(const AlloyComponent& other) {
    AlloyComponent of_receiver;
    of_receiver.id = receiver;
    of_receiver.http = "0.0.0.0:4318";
    AlloyComponents components;
    components.components = {of_receiver, other};
    found("alloy_components", "gateway", components);
  }
  void with_scraped(const std::string& job, const std::string& url, const std::string& health,
                    const std::string& error) {
    AlloyComponent component;
    component.id = scrape;
    component.scraped = {{url, job, health, error}};
    with(component);
  }
};

Scrape passes(const std::string& component, Signal signal, double in, double out) {
  return Scrape()
      .count(CounterKind::processor_in, component, signal, in)
      .count(CounterKind::processor_out, component, signal, out);
}

struct WithScrape : WithGraph {
  WithScrape() {
    with_receiver("scraped", ReceiverKind::component, "http://alloy:1", {Signal::metrics});
    name_component("scraped", scrape);
    through("shop/metrics@backend", "scraped");
    newest("shop/metrics@scraped", std::chrono::seconds(5));
  }
};

}  // namespace

TEST_CASE("A processor that lets nothing through is named, once what should have come through it is silent") {
  WithGraph stack;
  stack.expect_always("shop/traces@backend");
  const auto shut = [&] {
    stack.scrapes({passes(filter, Signal::traces, 10, 10), passes(filter, Signal::traces, 20, 10),
                   passes(filter, Signal::traces, 30, 10), passes(filter, Signal::traces, 40, 10)});
    return stack.judge();
  };
  CHECK(shut().findings.empty());
  stack.newest("shop/traces@backend", minutes(5));
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"filter-drops-everything"});
  CHECK(verdict.findings[0].stage == Stage::process);
  CHECK(verdict.findings[0].summary.find(filter + " of Alloy 'gateway' lets nothing through: 10 traces came") == 0);
  CHECK(verdict.findings[0].consequences.size() == 1);
}

TEST_CASE("A processor that lets some through, or that has nothing to do, is not accused") {
  for (const double out : {1.0, 0.0}) {
    WithGraph stack;
    stack.expect_always("shop/traces@backend");
    stack.newest("shop/traces@backend", minutes(5));
    const double in = out > 0 ? 10 : 0;
    stack.scrapes({passes(filter, Signal::traces, 10, 10), passes(filter, Signal::traces, 10 + in, 10 + out),
                   passes(filter, Signal::traces, 10 + 2 * in, 10 + 2 * out)});
    for (const auto& finding : stack.judge().findings)
      CHECK(finding.summary.find("lets nothing through") == std::string::npos);
  }
}

TEST_CASE("A prometheus.relabel that writes nothing of what it processes drops all") {
  WithScrape stack;
  stack.newest("shop/metrics@scraped", minutes(5));
  stack.scrapes({passes(relabel, Signal::metrics, 100, 0), passes(relabel, Signal::metrics, 200, 0),
                 passes(relabel, Signal::metrics, 300, 0)});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"relabel-drops-all"});
  CHECK(verdict.findings[0].remedy[0].find(relabel) != std::string::npos);
  CHECK(verdict.signals.at(Signal::metrics) == State::broken);
}

TEST_CASE("One that has let through until half a minute ago is named as well, and not before") {
  const auto closed_for = [&](int readings) {
    std::vector<Scrape> all{passes(relabel, Signal::metrics, 100, 100), passes(relabel, Signal::metrics, 200, 200)};
    for (int i = 1; i <= readings; ++i) all.push_back(passes(relabel, Signal::metrics, 200 + 100 * i, 200));
    WithScrape fresh;
    fresh.newest("shop/metrics@scraped", minutes(5));
    fresh.scrapes(all);
    return causes_of(fresh.judge());
  };
  CHECK(closed_for(1) != Causes{"relabel-drops-all"});
  CHECK(closed_for(2) == Causes{"relabel-drops-all"});
}

TEST_CASE("Metrics that are scraped are not called silent before Alloy was asked for the target since") {
  WithScrape stack;
  stack.with_scraped("shop", "http://shop:8080/metrics", "up", "");
  stack.newest("shop/metrics@scraped", minutes(2));
  CHECK(causes_of(stack.judge()) == Causes{"source-silent"});
  CHECK(stack.judge().findings[0].remedy.back().find("tells the health of its targets") != std::string::npos);
  auto asked = *stack.facts_of("alloy_components", "gateway").last;
  asked.at -= std::chrono::seconds(70);
  stack.facts_of("alloy_components", "gateway").last = std::make_shared<const RunRecord>(asked);
  CHECK(stack.judge().findings.empty());
}

TEST_CASE("A loki.process that drops lines while nothing is sent behind it is named with its reason") {
  const auto lines = [](double dropped, double sent) {
    return Scrape()
        .count(CounterKind::processor_dropped, process, Signal::logs, dropped, "too chatty")
        .count(CounterKind::exporter_sent, loki_write, Signal::logs, sent);
  };
  WithGraph stack;
  stack.expect_always("shop/logs@docker");
  stack.newest("shop/logs@docker", minutes(5));
  stack.scrapes({lines(10, 5), lines(20, 5), lines(30, 5)});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"filter-drops-everything"});
  CHECK(verdict.findings[0].summary.find("reason too chatty") != std::string::npos);

  WithGraph sends;
  sends.expect_always("shop/logs@docker");
  sends.newest("shop/logs@docker", minutes(5));
  sends.scrapes({lines(10, 5), lines(20, 6), lines(30, 7)});
  for (const auto& finding : sends.judge().findings) CHECK(finding.cause != "filter-drops-everything");
}

TEST_CASE("A loki.process that drops as many lines as are read is named, though others send what is sent behind it") {
  const auto lines = [](double read, double dropped, double sent) {
    return Scrape()
        .count(CounterKind::scraper_entries, docker, Signal::logs, read)
        .count(CounterKind::processor_dropped, process, Signal::logs, dropped, "drop_stage")
        .count(CounterKind::exporter_sent, loki_write, Signal::logs, sent);
  };
  for (const double dropped_of_ten : {10.0, 5.0}) {
    WithGraph stack;
    stack.expect_always("shop/logs@docker");
    stack.newest("shop/logs@docker", minutes(5));
    stack.scrapes({lines(10, dropped_of_ten, 5), lines(20, 2 * dropped_of_ten, 6), lines(30, 3 * dropped_of_ten, 7)});
    CHECK((causes_of(stack.judge()) == Causes{"filter-drops-everything"}) == (dropped_of_ten == 10));
  }
}

TEST_CASE("A target that cannot be scraped is named with its error, and breaks the metrics that come from it alone") {
  WithScrape stack;
  const std::string error = "Get \"http://shop:8080/metrics\": dial tcp 172.18.0.9:8080: connect: connection refused";
  stack.with_scraped("shop", "http://shop:8080/metrics", "down", error);
  auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"scrape-target-down"});
  CHECK(verdict.findings[0].state == State::degraded);
  CHECK(verdict.findings[0].summary.find(error) != std::string::npos);
  stack.newest("shop/metrics@scraped", minutes(5));
  verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"scrape-target-down"});
  CHECK(verdict.findings[0].state == State::broken);
  CHECK(verdict.findings[0].consequences.size() == 1);
  stack.newest("shop/metrics@scraped", std::chrono::seconds(5));
  for (const auto* health : {"up", "unknown"}) {
    stack.with_scraped("shop", "http://shop:8080/metrics", health, "");
    CHECK(stack.judge().findings.empty());
  }
}

TEST_CASE("A scrape that is thrown away over a limit is another cause than a target that is gone") {
  WithScrape stack;
  stack.with_scraped("shop", "http://shop:8080/metrics", "down", "sample limit exceeded");
  CHECK(causes_of(stack.judge()) == Causes{"scrape-limit-exceeded"});
}

TEST_CASE("The scrape of a backend that is down follows from that") {
  WithScrape stack;
  stack.failed("loki_ready", "loki:3100", Reason::refused);
  stack.with_scraped("loki", "http://loki:3100/metrics", "down", "connection refused");
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"backend-down"});
  CHECK(verdict.findings[0].consequences.back() == "scrape-target-down: http://loki:3100/metrics cannot be scraped");
}

TEST_CASE("The scrape of a backend that has just come back was seen before that") {
  WithScrape stack;
  stack.with_scraped("loki", "http://loki:3100/metrics", "down", "connection refused");
  stack.recovered("loki_ready", "loki:3100", std::chrono::seconds(20));
  CHECK(stack.judge().findings.empty());
  stack.recovered("loki_ready", "loki:3100", minutes(5));
  CHECK(causes_of(stack.judge()) == Causes{"scrape-target-down"});
}

TEST_CASE("A discovery.relabel that hands on none of its targets leaves its scraper without any") {
  WithGraph stack;
  stack.graph({{"discovery.relabel.docker", docker}, {docker, loki_write}});
  AlloyComponent relabelling;
  relabelling.id = "discovery.relabel.docker";
  relabelling.targets_in = 4;
  relabelling.targets_out = 0;
  stack.with(relabelling);
  stack.found("alloy_scraper", "docker", AlloyScraper{});
  auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"relabel-drops-all"});
  CHECK(verdict.findings[0].summary ==
        "the scraper docker has no targets: discovery.relabel.docker is given 4 and hands on none");
  relabelling.targets_in = relabelling.targets_out = 0;
  stack.with(relabelling);
  CHECK(causes_of(stack.judge()) == Causes{"scraper-tails-nothing"});
}

TEST_CASE("A batch processor before a queue that is full hides the loss from senders, and that is said beside it") {
  const std::string batch = "otelcol.processor.batch.default";
  const auto dropping = [](double accepted, double dropped, double refused) {
    auto scrape = traces(accepted, 10, 1000);
    return scrape.count(CounterKind::exporter_dropped, tempo, Signal::traces, dropped)
        .count(CounterKind::receiver_refused, receiver, Signal::traces, refused, "http");
  };
  WithGraph stack;
  stack.graph({{receiver, batch}, {batch, tempo}});
  stack.scrapes({dropping(10, 0, 0), dropping(20, 10, 0), dropping(30, 20, 0)});
  auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"exporter-queue-full-drop"});
  CHECK(verdict.findings[0].consequences.front().find("batch-hides-backpressure: ") == 0);

  WithGraph without;
  without.graph({{receiver, tempo}});
  without.scrapes({dropping(10, 0, 0), dropping(20, 10, 5), dropping(30, 20, 9)});
  verdict = without.judge();
  REQUIRE_FALSE(verdict.findings.empty());
  for (const auto& line : verdict.findings[0].consequences) CHECK(line.find("batch-hides") == std::string::npos);
}

}  // namespace lgtmwatch
